// Restores and saves the targets' cache mounts without building anything.
#pragma once

#include "commands/options.hpp"
#include "commands/seams.hpp"
#include "core/result.hpp"

namespace buildcache::commands {

// Both print a line for each mount. Errors: as run(); usage (the builder would be made for this run
// alone), bad_response (mounts that could not be carried, once all were tried).

// Leaves mounts alone that have something in them.
core::Result<void> mounts_restore(const Seams& seams, const CommonOptions& options);

// Saves all mounts, as far as the run's trust level and `save: never` allow.
core::Result<void> mounts_save(const Seams& seams, const CommonOptions& options);

}  // namespace buildcache::commands
