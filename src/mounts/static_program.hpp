// Whether a program runs in a container that holds nothing else. Pure.
#pragma once

#include <string_view>

namespace buildcache::mounts {

// Whether `program` is a 64-bit ELF file that asks for no interpreter, and so for no library
// (System V ABI, "Program Header": PT_INTERP).
bool is_static_program(std::string_view program);

}  // namespace buildcache::mounts
