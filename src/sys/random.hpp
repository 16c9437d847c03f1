// Unguessable tokens for delimiters and temporary names.
#pragma once

#include <string>

namespace buildcache::sys {

// Returns 32 lower-case hexadecimal digits from the operating system's generator. Thread-safe.
std::string random_token();

}  // namespace buildcache::sys
