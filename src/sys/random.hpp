// Chance: unguessable tokens for delimiters and temporary names, and numbers.
#pragma once

#include <string>

namespace buildcache::sys {

// Returns 32 lower-case hexadecimal digits from the operating system's generator. Thread-safe.
std::string random_token();

// Returns a number from 0 up to, but not including, 1, for spreading retries in time. Thread-safe.
double random_fraction();

}  // namespace buildcache::sys
