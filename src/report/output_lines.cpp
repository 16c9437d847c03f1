#include "report/output_lines.hpp"

#include "core/text.hpp"

#include <utility>

namespace buildcache::report {

namespace {

constexpr std::size_t kMaxLine = 4096;

std::string without_legacy_commands(std::string text) {
  for (std::size_t at = text.find("##["); at != std::string::npos; at = text.find("##[", at)) {
    text.insert(at + 2, " ");
  }
  return text;
}

std::string finished_line(std::string_view raw) {
  while (!raw.empty() && raw.back() == '\r') {
    raw.remove_suffix(1);
  }
  const std::size_t overwritten = raw.rfind('\r');
  return without_legacy_commands(
      core::printable(overwritten == std::string_view::npos ? raw : raw.substr(overwritten + 1)));
}

// The runner trims every white space of Unicode; each is a sequence of bytes from 0x80 in UTF-8.
std::size_t first_visible(std::string_view text, std::size_t begin) {
  while (begin < text.size() && (text[begin] == ' ' || text[begin] == '\t' ||
                                 static_cast<unsigned char>(text[begin]) >= 0x80)) {
    ++begin;
  }
  return begin;
}

}  // namespace

std::string harmless(std::string_view text) {
  return harmless_lines(core::printable(text));
}

std::string harmless_lines(std::string text) {
  text = without_legacy_commands(std::move(text));
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t first = first_visible(text, begin);
    if (text.compare(first, 2, "::") == 0) {
      text.insert(first + 1, " ");
    }
    const std::size_t end = text.find('\n', begin);
    begin = end == std::string::npos ? text.size() : end + 1;
  }
  return text;
}

std::vector<std::string> OutputLines::feed(const std::string& source, std::string_view piece) {
  std::vector<std::string> lines;
  std::string& rest = unfinished_[source];
  for (const char c : piece) {
    if (c == '\n') {
      lines.push_back(finished_line(rest));
      rest.clear();
    } else if (rest.size() < kMaxLine) {
      rest += c;
    } else if (c == '\r') {
      rest.clear();
    }
  }
  return lines;
}

std::string OutputLines::finish(const std::string& source) {
  const auto found = unfinished_.find(source);
  if (found == unfinished_.end()) {
    return {};
  }
  std::string line = finished_line(found->second);
  unfinished_.erase(found);
  return line;
}

}  // namespace buildcache::report
