// What a run has to tell, as a document. Pure.
#pragma once

#include "config/config.hpp"
#include "plan/plan.hpp"
#include "report/document.hpp"
#include "report/result.hpp"

namespace buildcache::report {

// Returns one line first, one table for all targets, what failed, warnings with their remedies; in
// full also commit, trust, phases, and for each target the caches looked for and its slowest steps.
Document summary_document(const plan::Plan& plan, const RunResult& result, bool full);

// Whether there is anything to tell of that a reader does not expect: a step that ran, a target
// that was not built, a warning.
bool is_noteworthy(const plan::Plan& plan, const RunResult& result);

}  // namespace buildcache::report
