#include "sys/random.hpp"

#include <sys/random.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace buildcache::sys {

namespace {

template <std::size_t kCount>
std::array<unsigned char, kCount> random_bytes() {
  std::array<unsigned char, kCount> bytes{};
  // Up to 256 bytes come whole, once the generator is seeded; until then a signal may interrupt.
  while (getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
    if (errno != EINTR) {
      std::abort();  // a guessable token would be worse than none
    }
  }
  return bytes;
}

}  // namespace

std::string random_token() {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string token;
  for (const unsigned char byte : random_bytes<16>()) {
    token += kDigits[byte >> 4U];
    token += kDigits[byte & 0xFU];
  }
  return token;
}

double random_fraction() {
  std::uint64_t number = 0;
  for (const unsigned char byte : random_bytes<6>()) {
    number = number << 8U | byte;
  }
  return static_cast<double>(number) / static_cast<double>(1ULL << 48U);
}

}  // namespace buildcache::sys
