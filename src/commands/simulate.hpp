// `buildcache simulate`: what past builds would have found under several fallback lists.
#pragma once

#include "commands/options.hpp"
#include "commands/seams.hpp"
#include "core/result.hpp"

namespace buildcache::commands {

// Prints one table to standard output. Reads the configuration, the CI's facts and the local
// repository; no store, engine or network.
// Errors: config, not_found, forbidden (as load_config), usage and facts (no repository, no commit,
// a default branch the clone has no tip of).
core::Result<void> simulate(const Seams& seams, const SimulateOptions& options);

}  // namespace buildcache::commands
