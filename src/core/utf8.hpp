// UTF-8 (RFC 3629), one character at a time.
#pragma once

#include <cstddef>
#include <string_view>

namespace buildcache::core {

inline constexpr char32_t kInvalidCharacter = 0xFFFFFFFF;

struct DecodedCharacter {
  char32_t character;  // kInvalidCharacter for a byte that begins none
  std::size_t length;  // in bytes; 1 for an invalid byte
};

// Decodes the first character; overlong forms, surrogates and what is beyond Unicode are invalid.
// REQUIRES: bytes is not empty.
DecodedCharacter decode_utf8(std::string_view bytes);

// Returns the length of the character that `bytes` begins with, 0 when it begins none.
std::size_t utf8_length(std::string_view bytes);

}  // namespace buildcache::core
