// One build of ours that fills cache mounts from their stored generations.
#pragma once

#include "commands/build_target.hpp"
#include "commands/direct_route.hpp"
#include "plan/plan.hpp"
#include "report/result.hpp"
#include "store/blobs.hpp"

#include <vector>

namespace buildcache::commands {

// What carrying mounts needs; outlives it.
struct Carriage {
  const Workshop& workshop;
  const plan::Plan& plan;
  const plan::TargetPlan& target;
  store::Blobs& blobs;
  DirectRoute& route;
};

struct MountJob {
  const plan::MountPlan* mount = nullptr;
  report::MountStep step = {};
  // What is stored could not be restored: a save must not rely on any of it.
  bool fresh = false;  // filled in
};

// REQUIRES: the mounts are of one namespace. Never fails: the steps say what went wrong.
void restore_mounts(const Carriage& carriage, std::vector<MountJob>& jobs);

}  // namespace buildcache::commands
