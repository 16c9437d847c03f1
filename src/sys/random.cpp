#include "sys/random.hpp"

#include <sys/random.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <string_view>

namespace buildcache::sys {

std::string random_token() {
  std::array<unsigned char, 16> bytes{};
  // Up to 256 bytes come whole, once the generator is seeded; until then a signal may interrupt.
  while (getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
    if (errno != EINTR) {
      std::abort();  // a guessable token would be worse than none
    }
  }
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string token;
  for (const unsigned char byte : bytes) {
    token += kDigits[byte >> 4U];
    token += kDigits[byte & 0xFU];
  }
  return token;
}

}  // namespace buildcache::sys
