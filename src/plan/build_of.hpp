// A target of the configuration -> what buildx is told to build, with every placeholder filled.
// Pure.
#pragma once

#include "core/notice.hpp"
#include "core/result.hpp"
#include "plan/make_plan.hpp"

#include <vector>

namespace buildcache::plan {

// Returns the build; what is left out for want of a placeholder's value is said in `notices`, and
// so are arguments that look like secrets. Errors: config (a tag that is no reference once filled
// in, a push without tags).
core::Result<Build> build_of(const Facts& facts,
                             const config::Target& target,
                             const Wishes& wishes,
                             config::Compression compression,
                             std::vector<core::Notice>& notices);

}  // namespace buildcache::plan
