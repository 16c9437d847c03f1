// The builds that `simulate` replays: of a history, or those a file lists.
#pragma once

#include "commands/options.hpp"
#include "commands/seams.hpp"
#include "core/result.hpp"
#include "git/past_builds.hpp"
#include "git/repository.hpp"
#include "plan/replay.hpp"

#include <string>
#include <vector>

namespace buildcache::commands {

// Returns the builds in the order they ran, and tells of those that are left out or cut short.
// `branch` counts as the default branch. Errors: as Files::read; facts (a line of the file that is
// wrong, with its place).
core::Result<std::vector<plan::ReplayedBuild>> builds_to_replay(
    const Seams& seams,
    const SimulateOptions& options,
    git::Repository& repository,
    const git::PastBuildsRequest& request,
    const std::string& branch);

}  // namespace buildcache::commands
