#include "config/source_text.hpp"

#include "config/node.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace buildcache::config {
namespace {

// One row of Unicode's table of well-formed sequences: first byte, second byte, length.
struct Utf8Row {
  std::uint8_t first_low, first_high, second_low, second_high, length;
};

constexpr std::array<Utf8Row, 8> kUtf8Rows{{
    {0xC2, 0xDF, 0x80, 0xBF, 2},
    {0xE0, 0xE0, 0xA0, 0xBF, 3},
    {0xE1, 0xEC, 0x80, 0xBF, 3},
    {0xED, 0xED, 0x80, 0x9F, 3},
    {0xEE, 0xEF, 0x80, 0xBF, 3},
    {0xF0, 0xF0, 0x90, 0xBF, 4},
    {0xF1, 0xF3, 0x80, 0xBF, 4},
    {0xF4, 0xF4, 0x80, 0x8F, 4},
}};

std::uint8_t byte_at(std::string_view text, std::size_t index) {
  return static_cast<std::uint8_t>(text[index]);
}

bool matches(const Utf8Row& row, std::string_view text) {
  const auto first = byte_at(text, 0);
  if (first < row.first_low || first > row.first_high || text.size() < row.length) {
    return false;
  }
  const auto second = byte_at(text, 1);
  if (second < row.second_low || second > row.second_high) {
    return false;
  }
  for (std::size_t i = 2; i < row.length; ++i) {
    if ((byte_at(text, i) & 0xC0U) != 0x80U) {
      return false;
    }
  }
  return true;
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

std::size_t utf8_sequence(std::string_view text) {
  if (text.empty()) {
    return 0;
  }
  if (byte_at(text, 0) < 0x80) {
    return 1;
  }
  for (const Utf8Row& row : kUtf8Rows) {
    if (matches(row, text)) {
      return row.length;
    }
  }
  return 0;
}

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
    const auto length = utf8_sequence(rest);
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
