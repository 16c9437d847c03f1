// Which cache mounts the targets of a plan use, from their Dockerfiles.
#pragma once

#include "commands/seams.hpp"
#include "plan/make_plan.hpp"

namespace buildcache::commands {

// Fills in `mounts` of every target that wishes for it. A Dockerfile that cannot be read costs a
// notice: what is wrong with it, the build will say.
void add_mounts(const Seams& seams,
                const plan::Facts& facts,
                const plan::Wishes& wishes,
                plan::Plan& plan);

}  // namespace buildcache::commands
