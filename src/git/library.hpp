// The library behind this module.
#pragma once

#include <string>

namespace buildcache::git {

// Returns libgit2's version, "1.9.1".
std::string library_version();

}  // namespace buildcache::git
