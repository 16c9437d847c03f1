// One build of ours that reads what changed in cache mounts, and the publication of what it found.
#pragma once

#include "commands/restore_mounts.hpp"

#include <vector>

namespace buildcache::commands {

// REQUIRES: the mounts are of one namespace and have a place to be saved to. Never fails: the steps
// say what went wrong, and what was stored before is then still there.
void save_mounts(const Carriage& carriage, std::vector<MountJob>& jobs);

}  // namespace buildcache::commands
