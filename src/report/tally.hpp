// Counts and phrases that the log and the Markdown summary share.
#pragma once

#include <string>
#include <vector>

#include "plan/plan.hpp"
#include "report/result.hpp"

namespace buildcache::report {

struct Tally {
  int targets = 0;
  int built = 0;
  int cancelled = 0;
  int cached_steps = 0;
  int total_steps = 0;
};

Tally tally_of(const RunResult& result);

// "14 of 16 steps cached".
std::string steps_words(const TargetResult& target);

// "cache from the tree base 1a2b3c4d5e6f", "no cache found", "builder's own cache"; not yet escaped.
std::string source_words(const plan::TargetPlan& planned, const TargetResult& target);

// "cache published as commit, branch", "cache not published: …"; not yet escaped.
std::string publication_words(const TargetResult& target);

// The plan's notices, the run's, and what targets have to tell: reruns, caches that were passed over
// for a reason worth mending, failed exports.
std::vector<core::Notice> all_notices(const plan::Plan& plan, const RunResult& result);

}  // namespace buildcache::report
