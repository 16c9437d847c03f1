// The parts of an instruction.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace buildcache::dockerfile {

// Returns ASCII letters in lower case, as names of instructions, flags and stages are compared.
std::string lower(std::string_view text);

struct Instruction {
  std::string name;                // lower case
  std::vector<std::string> flags;  // "--mount=…", quotes and escapes resolved
  std::string arguments;           // the rest, as written
};

// Facts: moby/buildkit, frontend/dockerfile/parser/split_command.go.
Instruction instruction_of(std::string_view line);

// Returns the words of a text; blanks within quotes or behind a backslash separate none. Quotes and
// backslashes stay.
std::vector<std::string> quoted_words(std::string_view text);

}  // namespace buildcache::dockerfile
