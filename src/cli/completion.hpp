// Completion scripts, made from the commands' own options. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace buildcache::cli {

// Returns the script for bash, zsh or fish that completes `commands`, their options, and the values
// of those that take one of a few words; names of files elsewhere.
std::string completion_script(std::string_view shell, const std::vector<std::string>& commands);

}  // namespace buildcache::cli
