// `buildcache run`: plans, builds, publishes caches, reports.
#pragma once

#include "commands/options.hpp"
#include "commands/seams.hpp"
#include "core/result.hpp"

namespace buildcache::commands {

// Errors: as plan(), and engine (builder not to be had), build (a target failed), cancelled (a
// signal; outputs and summary of what was done are written all the same).
core::Result<void> run(const Seams& seams, const RunOptions& options);

}  // namespace buildcache::commands
