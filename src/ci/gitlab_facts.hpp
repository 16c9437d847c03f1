// GitLab CI's predefined variables -> ci::Facts
// (docs.gitlab.com/ci/variables/predefined_variables).
#pragma once

#include "ci/facts.hpp"
#include "core/result.hpp"
#include "sys/environment.hpp"

namespace buildcache::ci {

// Merge requests in all three forms (detached, merged results, merge train), pull requests of an
// external repository, tags, branches and schedules. A change whose source project is another one,
// or unknown, is a fork's, wherever its pipeline runs.
// Errors: facts (a variable is missing or malformed; it is named).
core::Result<Facts> read_gitlab_facts(const sys::Environment& environment);

}  // namespace buildcache::ci
