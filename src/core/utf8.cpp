#include "core/utf8.hpp"

#include <array>

namespace buildcache::core {

DecodedCharacter decode_utf8(std::string_view bytes) {
  const auto byte = [&bytes](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) {
    return {lead, 1};
  }
  const std::size_t length = lead >= 0xF0 ? 4 : (lead >= 0xE0 ? 3 : 2);
  if (lead < 0xC2 || lead > 0xF4 || bytes.size() < length) {
    return {kInvalidCharacter, 1};
  }
  char32_t character = lead & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) {
      return {kInvalidCharacter, 1};
    }
    character = (character << 6U) | (byte(i) & 0x3FU);
  }
  static constexpr std::array<char32_t, 5> kSmallest = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = character >= 0xD800 && character <= 0xDFFF;
  if (character < kSmallest.at(length) || surrogate || character > 0x10FFFF) {
    return {kInvalidCharacter, 1};
  }
  return {character, length};
}

std::size_t utf8_length(std::string_view bytes) {
  if (bytes.empty()) {
    return 0;
  }
  const DecodedCharacter first = decode_utf8(bytes);
  return first.character == kInvalidCharacter ? 0 : first.length;
}

}  // namespace buildcache::core
