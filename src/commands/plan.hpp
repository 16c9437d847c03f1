// `buildcache plan`: says what `run` would do, and why.
#pragma once

#include "commands/options.hpp"
#include "commands/seams.hpp"
#include "core/result.hpp"

namespace buildcache::commands {

// Prints the plan to standard output. Never writes to a store.
// Errors: as prepare() and make_plan_of().
core::Result<void> plan(const Seams& seams, const PlanOptions& options);

}  // namespace buildcache::commands
