// A RunResult for people and for programs. Pure.
#pragma once

#include "plan/plan.hpp"
#include "report/result.hpp"

#include <string>
#include <utility>
#include <vector>

namespace buildcache::report {

// Returns the last lines of the log: the same facts as the summary, short.
std::string summary_text(const plan::Plan& plan, const RunResult& result, bool colour);

// Returns the step outputs of docs/outputs.md. Empty values are kept, so that consumers see stable
// names.
std::vector<std::pair<std::string, std::string>> outputs(const plan::Plan& plan,
                                                         const RunResult& result);

// Returns the first line alone: "warm: 14 of 16 steps cached, 2 targets in 12.3 s",
// "failed: 1 of 2 targets built in 9.1 s; cold, 0 of 12 steps cached". Where stamps remember how
// long a build without caches takes, it ends with what was saved.
std::string headline(const plan::Plan& plan, const RunResult& result);

}  // namespace buildcache::report
