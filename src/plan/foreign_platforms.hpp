// Platforms that a builder cannot run. Pure.
#pragma once

#include "core/notice.hpp"
#include "plan/plan.hpp"

#include <string>
#include <vector>

namespace buildcache::plan {

// Returns a notice for each target that is built for platforms the builder does not run; none where
// `offered` is empty, because nobody knows. It is no error: Dockerfiles that compile for other
// platforms, or only copy, need not run them.
std::vector<core::Notice> notices_of_platforms(const std::vector<TargetPlan>& targets,
                                               const std::vector<std::string>& offered);

}  // namespace buildcache::plan
