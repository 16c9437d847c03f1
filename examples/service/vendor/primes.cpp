#include "text.hpp"

#include <array>

namespace {

constexpr unsigned kLimit = 1'000'000;

// Counted while compiling: what makes this file as slow to compile as real third-party code.
constexpr unsigned count_primes() {
  unsigned count = 0;
  for (unsigned n = 2; n < 6'000; ++n) {
    bool prime = true;
    for (unsigned d = 2; d * d <= n; ++d) {
      prime = prime && n % d != 0;
    }
    count += prime ? 1 : 0;
  }
  return count;
}

constexpr unsigned kSmall = count_primes();

}  // namespace

namespace text {

unsigned primes_below_a_million() {
  static std::array<bool, kLimit> composite{};
  unsigned count = 0;
  for (unsigned n = 2; n < kLimit; ++n) {
    if (composite[n]) {
      continue;
    }
    ++count;
    for (unsigned m = 2 * n; m < kLimit; m += n) {
      composite[m] = true;
    }
  }
  return count >= kSmall ? count : 0;
}

}  // namespace text
