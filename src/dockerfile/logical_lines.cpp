#include "dockerfile/logical_lines.hpp"

#include "core/text.hpp"
#include "dockerfile/instruction.hpp"

#include <algorithm>
#include <cctype>
#include <optional>
#include <utility>

namespace buildcache::dockerfile {

namespace {

constexpr std::size_t kMostBytes = 1U << 20U;
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
constexpr std::string_view kSpace = " \t\v\f\r";

std::string_view without_space_before(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kSpace);
  return first == std::string_view::npos ? std::string_view() : text.substr(first);
}

std::string_view trimmed(std::string_view text) {
  text = without_space_before(text);
  const std::size_t last = text.find_last_not_of(kSpace);
  return last == std::string_view::npos ? std::string_view() : text.substr(0, last + 1);
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) {
      line.remove_suffix(1);
    }
    lines.push_back(line);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
  return lines;
}

// "# name = value" as a directive; nullopt for a plain comment.
std::optional<std::pair<std::string, std::string_view>> directive_of(std::string_view line) {
  line = trimmed(line.substr(1));
  const std::size_t equals = line.find('=');
  if (equals == std::string_view::npos) {
    return std::nullopt;
  }
  const std::string_view name = trimmed(line.substr(0, equals));
  const bool word = !name.empty() && std::isalpha(static_cast<unsigned char>(name[0])) != 0 &&
                    std::ranges::all_of(name, [](unsigned char c) { return std::isalnum(c) != 0; });
  if (!word) {
    return std::nullopt;
  }
  return std::pair{lower(name), trimmed(line.substr(equals + 1))};
}

// A here-document that a line begins.
struct HereDocument {
  std::string name;
  bool strip_tabs = false;
};

std::optional<HereDocument> here_document_of(std::string_view word) {
  word.remove_prefix(std::min(word.find_first_not_of("0123456789"), word.size()));
  if (!word.starts_with("<<")) {
    return std::nullopt;
  }
  word.remove_prefix(2);
  HereDocument document;
  document.strip_tabs = word.starts_with('-');
  for (const char c : word.substr(document.strip_tabs ? 1 : 0)) {
    if (c == '<') {
      return std::nullopt;
    }
    if (c != '"' && c != '\'') {
      document.name += c;
    }
  }
  return document.name.empty() ? std::nullopt : std::optional(document);
}

std::vector<HereDocument> here_documents_of(const std::string& line) {
  const std::string name = lower(line.substr(0, line.find_first_of(" \t")));
  std::vector<HereDocument> documents;
  if (name != "run" && name != "copy" && name != "add") {
    return documents;
  }
  for (const std::string& word : quoted_words(line)) {
    if (auto document = here_document_of(word)) {
      documents.push_back(*std::move(document));
    }
  }
  return documents;
}

class Reader {
 public:
  explicit Reader(std::string_view text) : lines_(lines_of(text)) {}

  core::Result<LogicalLines> read() {
    read_directives();
    while (next_ < lines_.size()) {
      const std::string_view line = without_space_before(lines_[next_]);
      if (line.empty() || line.starts_with('#')) {
        ++next_;
        continue;
      }
      if (auto read = read_instruction(); !read) {
        return tl::unexpected(read.error());
      }
    }
    return std::move(result_);
  }

 private:
  void read_directives() {
    for (; next_ < lines_.size() && lines_[next_].starts_with('#'); ++next_) {
      const auto directive = directive_of(lines_[next_]);
      if (!directive) {
        return;
      }
      if (directive->first == "escape" && directive->second == "`") {
        result_.escape = '`';
      }
    }
  }

  // Takes the continuation mark off; false when there is none.
  [[nodiscard]] bool continues(std::string_view& line) const {
    const std::size_t last = line.find_last_not_of(" \t");
    if (last == std::string_view::npos || line[last] != result_.escape ||
        (last > 0 && line[last - 1] == result_.escape)) {
      return false;
    }
    line = line.substr(0, last);
    return true;
  }

  core::Result<void> read_instruction() {
    LogicalLine joined{static_cast<int>(next_) + 1, {}};
    std::string_view line = without_space_before(lines_[next_++]);
    bool more = continues(line);
    joined.text = line;
    while (more && next_ < lines_.size()) {
      line = lines_[next_++];
      const std::string_view content = trimmed(line);
      if (content.empty() || content.starts_with('#')) {
        continue;
      }
      more = continues(line);
      joined.text += line;
    }
    for (const HereDocument& document : here_documents_of(joined.text)) {
      if (!skip(document)) {
        core::Error error{core::ErrorKind::config,
                          "the here-document " + core::printable(document.name) + " does not end",
                          core::Position{"", joined.line, 0},
                          "end it with a line that holds its name alone"};
        return tl::unexpected(std::move(error));
      }
    }
    result_.lines.push_back(std::move(joined));
    return {};
  }

  bool skip(const HereDocument& document) {
    while (next_ < lines_.size()) {
      std::string_view line = lines_[next_++];
      if (document.strip_tabs) {
        line.remove_prefix(std::min(line.find_first_not_of('\t'), line.size()));
      }
      if (line == document.name) {
        return true;
      }
    }
    return false;
  }

  std::vector<std::string_view> lines_;
  std::size_t next_ = 0;
  LogicalLines result_;
};

}  // namespace

core::Result<LogicalLines> logical_lines(std::string_view dockerfile) {
  if (dockerfile.size() > kMostBytes) {
    return core::fail(core::ErrorKind::config, "the Dockerfile is larger than 1 MiB");
  }
  if (dockerfile.starts_with(kByteOrderMark)) {
    dockerfile.remove_prefix(kByteOrderMark.size());
  }
  return Reader(dockerfile).read();
}

}  // namespace buildcache::dockerfile
