// The command line: finds the command, reads its options, runs it, turns its error into an exit
// code.
#pragma once

#include "commands/seams.hpp"

#include <string>
#include <vector>

namespace buildcache::cli {

// `arguments` are those after the program's name. Returns the exit code.
int main_of(const std::vector<std::string>& arguments, const commands::Seams& seams);

}  // namespace buildcache::cli
