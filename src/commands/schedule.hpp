// Runs a plan's targets in dependency order, side by side where independent.
#pragma once

#include "plan/plan.hpp"
#include "report/result.hpp"

#include <functional>
#include <vector>

namespace buildcache::commands {

using BuildOne = std::function<report::TargetResult(const plan::TargetPlan&)>;

// Calls `build` for each target once all it needs are built, at most `limit` at a time on threads
// of their own, and returns the results in the plan's order. Targets whose needs failed are
// skipped; after `stopped` answers true none is started and the rest are cancelled. `build` must
// not throw.
std::vector<report::TargetResult> run_targets(const plan::Plan& plan,
                                              std::size_t limit,
                                              const BuildOne& build,
                                              const std::function<bool()>& stopped);

}  // namespace buildcache::commands
