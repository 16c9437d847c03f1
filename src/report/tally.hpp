// Counts and phrases that the log and the Markdown summary share.
#pragma once

#include "plan/plan.hpp"
#include "report/result.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace buildcache::report {

// How much a run had to do. BuildKit does not tell whether a cached step came out of an imported
// cache or was in the builder before; only without any import the answer is known.
enum class Warmth {
  nothing_to_run,  // the targets have no steps
  cold,            // no step was cached
  warm,            // steps were cached, and caches of ours were imported
  builder_alone,   // steps were cached, but no cache of ours was imported
};

struct Tally {
  int targets = 0;
  int built = 0;
  int cancelled = 0;
  int cached_steps = 0;
  int total_steps = 0;
  Warmth warmth = Warmth::cold;
};

Tally tally_of(const RunResult& result);

// "warm", "warm by the builder's own state", "cold", "nothing to run".
std::string_view word_of(Warmth warmth);

// "14 of 16 steps cached".
std::string steps_words(const TargetResult& target);

// Which caches the last attempt imported: "the tree base 1a2b3c4d5e6f, and 1 more", "none found",
// "none: the import failed". Claims nothing about where cached steps came from, except that without
// an import they were in the builder. Not escaped.
std::string source_words(const plan::TargetPlan& planned, const TargetResult& target);

// How long the target takes without any cache: this build's own time where no step was cached, else
// what the stamps of the imported caches remember. 0: not known.
std::chrono::milliseconds cold_time(const plan::TargetPlan& planned, const TargetResult& target);

// What became of the cache export: "commit, branch in 3.2 s", "failed", "nothing: forks write no
// cache". Not escaped.
std::string written_words(const TargetResult& target);

// The plan's notices, the run's, and what targets have to tell: skipped pushes, reruns, failed
// imports, exports and publications. Every warning made here has a remedy.
std::vector<core::Notice> all_notices(const plan::Plan& plan, const RunResult& result);

}  // namespace buildcache::report
