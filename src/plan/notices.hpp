// What a person should know about the store's answers and the facts a plan was made from. Pure.
#pragma once

#include "core/notice.hpp"
#include "plan/make_plan.hpp"

#include <vector>

namespace buildcache::plan {

// Returns one notice per kind of failure for caches that could not be asked for (401, 403, silence,
// network), and one per cache that exists and is not read (unusable, refused).
std::vector<core::Notice> notices_of_answers(const std::vector<TargetPlan>& targets);

// Returns a notice when caches nobody stamped were chosen at a level that refuses lower ones.
std::vector<core::Notice> notices_of_unstamped(const TargetPlan& target, const Trust& trust);

// Returns notices about facts that are missing: the default branch, the engine.
std::vector<core::Notice> notices_of_facts(const Facts& facts,
                                           const docker::Capabilities& capabilities);

}  // namespace buildcache::plan
