// Tells which cache mounts the targets use, and which generations of them are stored.
#pragma once

#include "commands/options.hpp"
#include "commands/seams.hpp"
#include "core/result.hpp"

namespace buildcache::commands {

// Builds nothing. Errors: as plan().
core::Result<void> mounts_list(const Seams& seams, const CommonOptions& options);

}  // namespace buildcache::commands
