#include "report/display_width.hpp"

#include <algorithm>
#include <array>

namespace buildcache::report {

namespace {

constexpr std::string_view kEllipsis = "\xE2\x80\xA6";
constexpr std::string_view kTab = "    ";

struct Range {
  char32_t first;
  char32_t last;
};

// Blocks with wide characters; narrow ones among them only cost a little room.
constexpr std::array<Range, 12> kWide{{{0x1100, 0x115F},
                                       {0x2300, 0x23FF},
                                       {0x25FD, 0x27BF},
                                       {0x2B00, 0x2BFF},
                                       {0x2E80, 0xA4CF},
                                       {0xA960, 0xA97F},
                                       {0xAC00, 0xD7A3},
                                       {0xF900, 0xFAFF},
                                       {0xFE10, 0xFE6F},
                                       {0xFF00, 0xFFE6},
                                       {0x16FE0, 0x1FAFF},
                                       {0x20000, 0x3FFFD}}};

struct Character {
  std::string_view bytes;
  std::size_t width;
};

std::size_t length_of(unsigned char lead) {
  if (lead < 0xC0) {
    return 1;
  }
  if (lead < 0xE0) {
    return 2;
  }
  return lead < 0xF0 ? 3 : 4;
}

// REQUIRES: utf8 is not empty.
Character first_of(std::string_view utf8) {
  const std::size_t length = std::min(length_of(static_cast<unsigned char>(utf8[0])), utf8.size());
  const unsigned lead_bits = length == 1 ? 0xFFU : 0xFFU >> (length + 1);
  char32_t code = static_cast<unsigned char>(utf8[0]) & lead_bits;
  for (std::size_t i = 1; i < length; ++i) {
    code = (code << 6U) | (static_cast<unsigned char>(utf8[i]) & 0x3FU);
  }
  if (code == '\t') {
    return {kTab, kTab.size()};
  }
  const bool wide = std::ranges::any_of(
      kWide, [code](const Range& range) { return code >= range.first && code <= range.last; });
  return {utf8.substr(0, length), wide ? 2U : 1U};
}

std::vector<Character> characters_of(std::string_view utf8) {
  std::vector<Character> characters;
  while (!utf8.empty()) {
    const bool tab = utf8[0] == '\t';
    characters.push_back(first_of(utf8));
    utf8.remove_prefix(tab ? 1 : characters.back().bytes.size());
  }
  return characters;
}

}  // namespace

std::size_t display_width(std::string_view utf8) {
  std::size_t width = 0;
  for (const Character& character : characters_of(utf8)) {
    width += character.width;
  }
  return width;
}

std::string cut_to_width(std::string_view utf8, std::size_t columns) {
  const bool cut = display_width(utf8) > columns;
  if (cut && columns == 0) {
    return {};
  }
  const std::size_t room = cut ? columns - 1 : columns;
  std::string text;
  std::size_t used = 0;
  for (const Character& character : characters_of(utf8)) {
    if (used + character.width > room) {
      break;
    }
    used += character.width;
    text += character.bytes;
  }
  return cut ? text.append(kEllipsis) : text;
}

std::vector<std::string> broken_to_width(std::string_view utf8, std::size_t columns) {
  const std::size_t room = std::max<std::size_t>(columns, 1);
  std::vector<std::string> lines(1);
  std::size_t used = 0;
  for (const Character& character : characters_of(utf8)) {
    const bool fits = character.width <= room;
    const std::size_t width = fits ? character.width : 1;
    if (used + width > room) {
      lines.emplace_back();
      used = 0;
    }
    used += width;
    lines.back() += fits ? character.bytes : std::string_view("?");
  }
  return lines;
}

}  // namespace buildcache::report
