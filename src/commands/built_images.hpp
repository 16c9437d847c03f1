// What targets that build on others are given.
#pragma once

#include "commands/seams.hpp"
#include "plan/plan.hpp"
#include "report/result.hpp"

#include <map>
#include <mutex>
#include <string>

namespace buildcache::commands {

// Remembers the images of a run. Thread-safe.
class BuiltImages {
 public:
  // `layouts` is the folder of OCI layouts, with a final slash. All must outlive this object.
  BuiltImages(sys::Files& files, const plan::Plan& plan, std::string layouts);

  void remember(const plan::TargetPlan& target, const report::TargetResult& result);

  // Returns `target` with its contexts pinned to what was built in this run.
  plan::TargetPlan pinned(const plan::TargetPlan& target);

 private:
  sys::Files& files_;
  const plan::Plan& plan_;
  std::string layouts_;
  std::mutex mutex_;
  std::map<std::string, std::string> digests_;  // by target; empty: not known
};

}  // namespace buildcache::commands
