// Builds one target: product, rerun without a broken cache, cache export, publication.
#pragma once

#include "commands/probe.hpp"
#include "commands/seams.hpp"
#include "docker/build_result.hpp"
#include "plan/plan.hpp"
#include "report/progress_view.hpp"
#include "report/result.hpp"

#include <functional>
#include <map>
#include <string>

namespace buildcache::commands {

// What building needs besides the plan; outlives every build.
struct Workshop {
  const Seams& seams;
  store::Store& store;
  report::ProgressView& view;
  // For docker: our environment less what it must not see. Build secrets are added per target.
  std::map<std::string, std::string> environment;
  std::string scratch;  // a private directory for metadata files
};

// What is to be done once the product is built, on a thread of its own, while its cache is
// exported.
using BesideExport = std::function<void(const docker::SolveResult& product)>;

// Cache faults are told in the result and never fail the target. Thread-safe for different targets.
// `beside_export` must not throw, and has returned when this does; it may be empty.
report::TargetResult build_target(const Workshop& workshop,
                                  const plan::Plan& plan,
                                  const plan::TargetPlan& target,
                                  const BesideExport& beside_export);

}  // namespace buildcache::commands
