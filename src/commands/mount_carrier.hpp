// Brings cache mounts into the builder before a target is built, and out of it afterwards.
#pragma once

#include "commands/build_target.hpp"
#include "commands/direct_route.hpp"
#include "plan/plan.hpp"
#include "report/result.hpp"
#include "store/blobs.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace buildcache::commands {

// Faults are told in the results and cost warmth, never the build. Thread-safe: targets wait for
// each other, for they may share mounts.
class MountCarrier {
 public:
  // All must outlive this object.
  MountCarrier(const Workshop& workshop,
               const plan::Plan& plan,
               store::Blobs& blobs,
               const registry::Credentials& credentials)
      : workshop_(workshop), plan_(plan), blobs_(blobs), route_(workshop.seams, credentials) {}

  // Restores the target's mounts that this run has not restored yet. Returns one result a mount of
  // the plan, in its order.
  std::vector<report::MountResult> restore(const plan::TargetPlan& target);

  // Saves those of the target's mounts that a step of `product` used; `mounts` are those restore()
  // returned.
  void save(const plan::TargetPlan& target,
            const docker::SolveResult& product,
            std::vector<report::MountResult>& mounts);

  // Saves the target's mounts as they are now, whoever used them; those that `save: never` or the
  // run's trust level keeps from it excepted. Returns one result a mount of the plan.
  std::vector<report::MountResult> save_now(const plan::TargetPlan& target);

  struct Spent {
    std::chrono::milliseconds restoring{0};
    std::chrono::milliseconds saving{0};
  };
  // Returns how long all restores and all saves have taken until now.
  Spent spent();

 private:
  // Why a mount is not to be saved; empty: it is.
  using WhyNot = std::function<std::string(const plan::MountPlan&)>;

  void save_those(const plan::TargetPlan& target,
                  const WhyNot& why_not,
                  std::vector<report::MountResult>& results);

  // Does `work`, tells of it and adds its time to `sum`.
  void timed(const std::string& what,
             std::chrono::milliseconds& sum,
             const std::function<void()>& work);

  const Workshop& workshop_;
  const plan::Plan& plan_;
  store::Blobs& blobs_;
  std::mutex mutex_;
  DirectRoute route_;
  std::map<std::string, report::MountStep> restored_;  // by key of the mount
  Spent spent_;
};

}  // namespace buildcache::commands
