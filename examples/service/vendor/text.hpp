// A vendored library of the example: text measures that take a compiler some time.
#pragma once

#include <cstddef>
#include <string>

namespace text {

std::size_t words(const std::string& text);
std::size_t numbers(const std::string& text);
std::string normalized(const std::string& text);
unsigned primes_below_a_million();

}  // namespace text
