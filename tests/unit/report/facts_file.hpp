// facts.json of a golden case: what a plan and a run came to.
#pragma once

#include "plan/plan.hpp"
#include "report/plan_report.hpp"
#include "report/result.hpp"

#include <string>
#include <vector>

namespace buildcache::report {

struct GoldenFacts {
  plan::Plan plan;
  RunResult result;
  std::vector<TargetCommands> commands;
};

// Strict: throws std::runtime_error for keys and words it does not know.
GoldenFacts read_facts(const std::string& json);

}  // namespace buildcache::report
