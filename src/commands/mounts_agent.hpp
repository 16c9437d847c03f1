// The hidden command that runs inside the builder: see mounts/agent_build.hpp.
#pragma once

#include "commands/seams.hpp"
#include "core/result.hpp"

namespace buildcache::commands {

// Serves the request it finds and leaves blobs and report. Errors: usage (it was not started by
// us), internal.
core::Result<void> mounts_agent(const Seams& seams);

}  // namespace buildcache::commands
