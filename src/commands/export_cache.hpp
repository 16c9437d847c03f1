// The second solve of a target, or one for each platform: exports the cache once and publishes it
// under each scope.
#pragma once

#include "commands/build_target.hpp"
#include "docker/solve.hpp"

#include <string>
#include <vector>

namespace buildcache::commands {

// Returns a request with everything but argv and imports filled in.
docker::SolveRequest solve_request(const Workshop& workshop,
                                   const plan::Plan& plan,
                                   const plan::TargetPlan& target,
                                   const std::string& metadata_name);

// Fills `result`'s cache_export, export_note, export_failed and publications. Never fails.
// REQUIRES: target.exports is not empty.
void export_and_publish(const Workshop& workshop,
                        const plan::Plan& plan,
                        const plan::TargetPlan& target,
                        const std::vector<core::CacheSpec>& sources,
                        report::TargetResult& result);

}  // namespace buildcache::commands
