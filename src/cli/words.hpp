// The words of a command line in one plain form, before the options library sees them.
#pragma once

#include "core/result.hpp"

#include <string>
#include <vector>

namespace buildcache::cli {

struct KnownOption {
  std::string name;        // without dashes
  std::string short_name;  // one letter, or empty
  bool takes_value = false;
  bool may_be_empty = false;  // given with an empty value it counts as not given
};

// Returns the words with every option as "--name" or "--name=value". Options are not abbreviated; a
// value that begins with '-' must be joined by '='; nothing after "--" is an option.
// Errors: usage (unknown option, naming the nearest; missing, empty or unwanted value; a word of
// more than 4 KiB), with the command in the hint.
core::Result<std::vector<std::string>> normalised(const std::vector<KnownOption>& known,
                                                  const std::vector<std::string>& words,
                                                  const std::string& command);

// Returns a usage error whose hint, unless given, names the command's help.
core::Error usage_error(std::string message, const std::string& command, std::string hint = {});

}  // namespace buildcache::cli
