// A RunResult for people and for programs. Pure.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "plan/plan.hpp"
#include "report/result.hpp"

namespace buildcache::report {

// Returns GitHub Markdown: one line first, one table for all targets, warnings with their remedies,
// then details (candidates, slowest steps, phases). Every string of the build is escaped.
std::string summary_markdown(const plan::Plan& plan, const RunResult& result);

// Returns the last lines of the log: the same facts as the summary, short.
std::string summary_text(const plan::Plan& plan, const RunResult& result, bool colour);

// Returns the step outputs (docs/outputs.md): cache-from, cache-to, imageid, digest, metadata, plan-json
// is not among them. Empty values are kept, so that consumers see stable names.
std::vector<std::pair<std::string, std::string>> outputs(const plan::Plan& plan,
                                                         const RunResult& result);

// Returns the first line alone: "warm: 14 of 16 steps cached, 2 targets in 12.3 s".
std::string headline(const RunResult& result);

}  // namespace buildcache::report
