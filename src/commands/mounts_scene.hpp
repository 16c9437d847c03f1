// What the `mounts` commands begin with: the plan, and the stores it speaks of.
#pragma once

#include "commands/connections.hpp"
#include "commands/options.hpp"
#include "commands/planning.hpp"
#include "commands/prepare.hpp"
#include "commands/seams.hpp"
#include "core/result.hpp"
#include "plan/plan.hpp"

#include <memory>
#include <utility>

namespace buildcache::commands {

struct MountsScene {
  Prepared prepared;
  Connections connections;
  plan::Plan plan = {};

  MountsScene(const Seams& seams, Prepared facts, Verbosity verbosity)
      : prepared(std::move(facts)), connections(seams, prepared, verbosity) {}
};

// Errors: as prepare() and make_plan_of().
core::Result<std::unique_ptr<MountsScene>> set_mounts_scene(const Seams& seams,
                                                            const CommonOptions& options,
                                                            Asking asking);

}  // namespace buildcache::commands
