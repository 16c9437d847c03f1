// `buildcache version`.
#pragma once

#include "commands/seams.hpp"

namespace buildcache::commands {

// Prints "buildcache 0.1.0", or with `json` one object: `version`, and `libraries` by name.
void version(const Seams& seams, bool json);

}  // namespace buildcache::commands
