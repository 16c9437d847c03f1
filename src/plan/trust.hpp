// Whether this run may write caches, and which, and which it may read. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ci/facts.hpp"
#include "config/config.hpp"
#include "git/facts.hpp"
#include "store/types.hpp"

namespace buildcache::plan {

struct Trust {
  config::TrustLevel level = config::TrustLevel::fork;
  std::vector<config::WriteScope> write;  // what it may write, after all rules
  std::string reason;                     // "push to the default branch main"
};

// Returns the level of DESIGN §5: fork, tag, pull-request, merge-queue, protected or branch, in this
// order of precedence, and the scopes `cache.write` gives it (no commit scope for a dirty tree).
Trust decide_trust(const config::Config& config, const git::Facts& git, const ci::Facts& ci);

// Whether a build at `reader` must refuse a cache stamped with `writer`'s level: protected,
// merge-queue and tag builds refuse every level below the first two.
bool refuses(config::TrustLevel reader, std::string_view writer);

}  // namespace buildcache::plan
