#include "config/source_text.hpp"

#include "config/node.hpp"
#include "core/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

namespace buildcache::config {
namespace {

std::uint8_t byte_at(std::string_view text, std::size_t index) {
  return static_cast<std::uint8_t>(text[index]);
}

bool is_forbidden_control(std::string_view rest) {
  const auto byte = byte_at(rest, 0);
  if (byte == '\t' || byte == '\n') {
    return false;
  }
  if (byte == '\r') {
    return rest.size() < 2 || rest[1] != '\n';
  }
  return byte < 0x20 || byte == 0x7F;
}

}  // namespace

std::optional<core::Error> refuse_source(std::string_view text, const std::string& file) {
  const auto refused = [&file](core::Position position, std::string message, std::string hint) {
    position.file = file;
    return core::Error{
        core::ErrorKind::config, std::move(message), std::move(position), std::move(hint)};
  };
  if (text.size() > kMaxFileSize) {
    return refused({}, "the file is larger than 1 MiB", "a configuration is a few kilobytes");
  }
  core::Position here{file, 1, 1};
  for (std::size_t i = 0; i < text.size();) {
    const auto rest = text.substr(i);
    const auto length = core::utf8_length(rest);
    if (length == 0) {
      return refused(here,
                     fmt::format("byte 0x{:02x} is not UTF-8", byte_at(text, i)),
                     "save the file as UTF-8");
    }
    if (is_forbidden_control(rest)) {
      return refused(here,
                     fmt::format("control character 0x{:02x}", byte_at(text, i)),
                     rest[0] == '\r' ? "save the file with LF or CRLF line ends" : "remove it");
    }
    here.column += static_cast<int>(length);
    if (rest[0] == '\n') {
      ++here.line;
      here.column = 1;
    }
    i += length;
  }
  return std::nullopt;
}

std::optional<core::Position> find_indenting_tab(std::string_view text,
                                                 const std::string& file,
                                                 int last_line) {
  std::size_t begin = 0;
  for (int line = 1; line <= last_line && begin < text.size(); ++line) {
    const auto end = std::min(text.find('\n', begin), text.size());
    const auto row = text.substr(begin, end - begin);
    const auto indentation = row.substr(0, row.find_first_not_of(" \t"));
    const auto tab = indentation.find('\t');
    if (tab != std::string_view::npos && row.find_first_not_of(" \t\r") != std::string_view::npos) {
      return core::Position{file, line, static_cast<int>(tab) + 1};
    }
    begin = end + 1;
  }
  return std::nullopt;
}

bool is_closed_quote(std::string_view text, std::size_t start) {
  while (start < text.size() && (text[start] == '!' || text[start] == '&')) {
    start = text.find_first_of(" \t\r\n", start);
    start = text.find_first_not_of(" \t\r\n", start);
  }
  if (start >= text.size() || (text[start] != '"' && text[start] != '\'')) {
    return true;
  }
  const char quote = text[start];
  for (std::size_t i = start + 1; i < text.size(); ++i) {
    if (quote == '"' && text[i] == '\\') {
      ++i;
    } else if (text[i] == quote) {
      if (quote == '"' || i + 1 >= text.size() || text[i + 1] != quote) {
        return true;
      }
      ++i;
    }
  }
  return false;
}

}  // namespace buildcache::config
