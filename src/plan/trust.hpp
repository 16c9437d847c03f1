// Whether this run may write caches, and which, and which it may read. Pure.
#pragma once

#include "ci/facts.hpp"
#include "config/config.hpp"
#include "git/facts.hpp"
#include "store/types.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace buildcache::plan {

struct Trust {
  config::TrustLevel level = config::TrustLevel::fork;
  std::vector<config::WriteScope> write;  // what it may write, after all rules
  std::string reason;                     // "push to the default branch main"
};

// Returns the level: fork, tag, pull-request, merge-queue, protected or branch, in this
// order of precedence, and the scopes `cache.write` gives it: nothing to a fork, the commit scope
// only to the levels protected and merge-queue, and never for a dirty tree (docs/trust.md).
Trust decide_trust(const config::Config& config, const git::Facts& git, const ci::Facts& ci);

// Whether an event that runs for one commit, such as a comment or a chained workflow, builds
// another. Then neither the branch's name nor its trust belongs to what is built.
bool builds_other_code(const git::Facts& git, const ci::Facts& ci);

// Whether builds at this level refuse caches of lower levels: protected, merge-queue and tag.
bool refuses_lower(config::TrustLevel reader);

// Whether a build at `reader` must refuse a cache stamped with `writer`'s level: protected,
// merge-queue and tag builds refuse every level but the first two, and words nobody knows.
bool refuses(config::TrustLevel reader, std::string_view writer);

}  // namespace buildcache::plan
