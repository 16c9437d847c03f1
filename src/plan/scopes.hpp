// The scopes a run writes its caches under, and which of those it was granted come to nothing.
#pragma once

#include "core/cache_tag.hpp"
#include "core/notice.hpp"
#include "plan/candidates.hpp"

#include <string>
#include <vector>

namespace buildcache::plan {

struct ScopeToWrite {
  config::WriteScope word = config::WriteScope::branch;
  core::Scope scope;
};

// Returns what the run writes, in the order of `trust.write`: a scope without commit, branch or
// number to stand for is left out.
std::vector<ScopeToWrite> scopes_to_write(const Facts& facts);

// Returns a notice for each scope `cache.write` grants this level and the run does not write.
std::vector<core::Notice> notices_of_dropped_scopes(const Facts& facts);

}  // namespace buildcache::plan
