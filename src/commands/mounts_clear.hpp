// Removes the stored generations of the targets' cache mounts that this run would replace.
#pragma once

#include "commands/options.hpp"
#include "commands/seams.hpp"
#include "core/result.hpp"

namespace buildcache::commands {

// Prints a line for each place. What other branches have stays, and so do the mounts on builders.
// Errors: as plan(); bad_response (some could not be removed, once all were tried).
core::Result<void> mounts_clear(const Seams& seams, const CommonOptions& options);

}  // namespace buildcache::commands
