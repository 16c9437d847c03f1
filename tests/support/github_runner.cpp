#include "support/github_runner.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>

namespace buildcache::support {
namespace {

constexpr std::size_t kSummaryBytes = 1'048'576;

constexpr std::array<std::string_view, 16> kCommands = {"add-mask",
                                                        "add-matcher",
                                                        "add-path",
                                                        "debug",
                                                        "echo",
                                                        "endgroup",
                                                        "error",
                                                        "group",
                                                        "internal-set-repo-path",
                                                        "notice",
                                                        "remove-matcher",
                                                        "save-state",
                                                        "set-env",
                                                        "set-output",
                                                        "stop-commands",
                                                        "warning"};

bool is_registered(std::string_view name) {
  return std::find(kCommands.begin(), kCommands.end(), name) != kCommands.end();
}

[[noreturn]] void broken(std::size_t line, const std::string& what) {
  throw std::runtime_error("line " + std::to_string(line) + ": " + what);
}

std::string replace_all(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

std::string unescape_data(std::string text) {
  return replace_all(
      replace_all(replace_all(std::move(text), "%0D", "\r"), "%0A", "\n"), "%25", "%");
}

std::string unescape_property(std::string text) {
  text = replace_all(replace_all(std::move(text), "%0D", "\r"), "%0A", "\n");
  text = replace_all(replace_all(std::move(text), "%3A", ":"), "%2C", ",");
  return replace_all(std::move(text), "%25", "%");
}

// The number of bytes of white space at the front, as .NET trims it: Unicode's blanks included.
std::size_t blank_prefix(std::string_view line) {
  constexpr std::array<std::string_view, 8> kBlanks = {
      " ", "\t", "\v", "\f", "\r", "\xC2\xA0", "\xC2\x85", "\xE3\x80\x80"};
  std::size_t length = 0;
  while (true) {
    const std::string_view rest = line.substr(length);
    const auto blank = std::find_if(kBlanks.begin(), kBlanks.end(), [&rest](std::string_view b) {
      return rest.substr(0, b.size()) == b;
    });
    // U+2000 to U+200A, U+2028, U+2029, U+202F.
    const bool is_general_punctuation =
        rest.size() >= 3 && rest.substr(0, 2) == "\xE2\x80" &&
        (static_cast<unsigned char>(rest[2]) <= 0x8A || rest[2] == '\xA8' || rest[2] == '\xA9' ||
         rest[2] == '\xAF');
    if (blank != kBlanks.end()) {
      length += blank->size();
    } else if (is_general_punctuation) {
      length += 3;
    } else {
      return length;
    }
  }
}

std::map<std::string, std::string> read_properties(std::string_view text, char separator) {
  std::map<std::string, std::string> properties;
  while (!text.empty()) {
    const std::string_view part = text.substr(0, text.find(separator));
    text.remove_prefix(std::min(text.size(), part.size() + 1));
    const std::size_t equals = part.find('=');
    if (equals != std::string_view::npos && equals + 1 < part.size()) {
      std::string_view key = part.substr(0, equals);
      key.remove_prefix(std::min(key.find_first_not_of(' '), key.size()));
      properties[std::string(key)] = unescape_property(std::string(part.substr(equals + 1)));
    }
  }
  return properties;
}

// "::name key=value,key=value::data"; `token` counts as a registered name.
std::optional<RunnerCommand> read_command(std::string_view line, const std::string& token) {
  line.remove_prefix(blank_prefix(line));
  if (line.substr(0, 2) != "::") {
    return std::nullopt;
  }
  const std::size_t end = line.find("::", 2);
  if (end == std::string_view::npos) {
    return std::nullopt;
  }
  const std::string_view info = line.substr(2, end - 2);
  RunnerCommand command;
  command.name = info.substr(0, info.find(' '));
  if (!is_registered(command.name) && (token.empty() || command.name != token)) {
    return std::nullopt;
  }
  if (info.find(' ') != std::string_view::npos) {
    command.properties = read_properties(info.substr(info.find(' ') + 1), ',');
  }
  command.data = unescape_data(std::string(line.substr(end + 2)));
  return command;
}

// "##[name key=value;key=value]data" anywhere in a line.
std::optional<RunnerCommand> read_legacy_command(std::string_view line) {
  const std::size_t start = line.find("##[");
  if (start == std::string_view::npos) {
    return std::nullopt;
  }
  line.remove_prefix(start + 3);
  const std::size_t end = line.find(']');
  if (end == std::string_view::npos) {
    return std::nullopt;
  }
  const std::string_view info = line.substr(0, end);
  RunnerCommand command;
  command.legacy = true;
  command.name = info.substr(0, info.find(' '));
  if (!is_registered(command.name)) {
    return std::nullopt;
  }
  if (info.find(' ') != std::string_view::npos) {
    command.properties = read_properties(info.substr(info.find(' ') + 1), ';');
  }
  command.data = line.substr(end + 1);
  return command;
}

void add_masks(std::vector<std::string>& masks, const std::string& data) {
  masks.push_back(data);
  std::string_view rest = data;
  while (!rest.empty()) {
    const std::size_t end = rest.find_first_of("\r\n");
    if (end != 0 && rest.substr(0, end) != data) {
      masks.emplace_back(rest.substr(0, end));
    }
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
}

class LineReader {
 public:
  explicit LineReader(std::string_view bytes) : rest_(bytes) {}

  // Returns the next line without its end; nullopt at the end. What follows the last newline counts
  // only when it is not empty.
  std::optional<std::string_view> next() {
    if (rest_.empty()) {
      return std::nullopt;
    }
    ++number_;
    const std::size_t end = rest_.find('\n');
    const std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
    return line;
  }

  [[nodiscard]] std::size_t number() const { return number_; }

 private:
  std::string_view rest_;
  std::size_t number_ = 0;
};

std::string read_heredoc(LineReader& lines, std::string_view delimiter) {
  std::string value;
  bool is_first = true;
  while (const auto line = lines.next()) {
    if (*line == delimiter) {
      return value;
    }
    value.append(is_first ? "" : "\n").append(*line);
    is_first = false;
  }
  broken(lines.number(), "no line ends the value: '" + std::string(delimiter) + "' is missing");
}

}  // namespace

bool is_utf8(std::string_view bytes) {
  for (std::size_t i = 0; i < bytes.size();) {
    const auto first = static_cast<unsigned char>(bytes[i]);
    const std::size_t length = first < 0x80   ? 1
                               : first < 0xC2 ? 0
                               : first < 0xE0 ? 2
                               : first < 0xF0 ? 3
                               : first < 0xF5 ? 4
                                              : 0;
    if (length == 0 || i + length > bytes.size()) {
      return false;
    }
    std::uint32_t character = length == 1 ? first : first & (0x7FU >> length);
    for (std::size_t j = 1; j < length; ++j) {
      const auto next = static_cast<unsigned char>(bytes[i + j]);
      if ((next & 0xC0U) != 0x80U) {
        return false;
      }
      character = character << 6U | (next & 0x3FU);
    }
    const bool overlong =
        (length == 3 && character < 0x800) || (length == 4 && character < 0x10000);
    if (overlong || character > 0x10FFFF || (character >= 0xD800 && character <= 0xDFFF)) {
      return false;
    }
    i += length;
  }
  return true;
}

std::vector<std::pair<std::string, std::string>> read_output_file(std::string_view bytes) {
  if (!is_utf8(bytes)) {
    throw std::runtime_error("the file is not UTF-8");
  }
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (bytes.substr(0, kByteOrderMark.size()) == kByteOrderMark) {
    bytes.remove_prefix(kByteOrderMark.size());
  }
  std::vector<std::pair<std::string, std::string>> entries;
  LineReader lines(bytes);
  while (const auto line = lines.next()) {
    if (line->empty()) {
      continue;
    }
    const std::size_t equals = line->find('=');
    const std::size_t heredoc = line->find("<<");
    if (equals == std::string_view::npos && heredoc == std::string_view::npos) {
      broken(lines.number(), "neither '=' nor '<<'");
    }
    const std::string name(line->substr(0, std::min(equals, heredoc)));
    if (name.empty()) {
      broken(lines.number(), "the name is empty");
    }
    if (equals < heredoc) {
      entries.emplace_back(name, line->substr(equals + 1));
      continue;
    }
    const std::string_view delimiter = line->substr(heredoc + 2);
    if (delimiter.empty()) {
      broken(lines.number(), "the delimiter is empty");
    }
    std::string value = read_heredoc(lines, delimiter);
    entries.emplace_back(name, std::move(value));
  }
  return entries;
}

RunnerLog read_log(const std::vector<std::string>& lines) {
  RunnerLog log;
  std::string token;
  for (const std::string& line : lines) {
    auto command = read_command(line, token);
    if (!command) {
      command = read_legacy_command(line);
    }
    const bool resumes = command && !token.empty() && command->name == token;
    if (!command || (!token.empty() && !resumes)) {
      log.text.push_back(line);
      continue;
    }
    if (resumes) {
      token.clear();
    } else if (command->name == "stop-commands") {
      if (command->data.empty() || is_registered(command->data)) {
        throw std::runtime_error("the stop token '" + command->data + "' is not allowed");
      }
      token = command->data;
    } else if (command->name == "add-mask") {
      if (command->data.find_first_not_of(" \t\r\n") == std::string::npos) {
        throw std::runtime_error("an empty mask");
      }
      add_masks(log.masks, command->data);
    }
    log.commands.push_back(std::move(*command));
  }
  log.stopped = !token.empty();
  return log;
}

void check_summary_file(std::string_view bytes) {
  if (bytes.size() > kSummaryBytes) {
    throw std::runtime_error("the summary has more than 1 MiB");
  }
  if (!is_utf8(bytes)) {
    throw std::runtime_error("the summary is not UTF-8");
  }
}

}  // namespace buildcache::support
