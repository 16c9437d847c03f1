// The builds a branch's history stands for, as if each commit had been built when it was pushed.
#pragma once

#include "git/facts.hpp"
#include "git/graph.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace buildcache::git {

struct PastBuild {
  // Of a push: head and head_walk. Of a change: change_head, tree_base, fork_point; its test merge
  // was thrown away, so there is no head.
  Facts facts;
  bool is_change = false;
  // The commit whose tree was built. Of a change: the merge that followed, which holds what its
  // test merge held.
  std::string tree_of;
};

struct PastBuildsRequest {
  std::string tip;              // full id of the branch's newest commit
  std::size_t commits = 200;    // pushes, counted back from the tip
  int lookback = 50;            // commits a walk looks through
  int commit_budget = 100'000;  // commits one search for a fork point may read
};

struct PastBuilds {
  std::vector<PastBuild> builds;    // oldest first
  std::size_t without_history = 0;  // commits the clone lacks or cuts off: not among the builds
  std::size_t unknown_forks = 0;    // changes without a fork point
};

// Returns one push a commit on the tip's first-parent line. A merge's second parent is the head of
// a change that was built right before it, merged with the first; further parents are not looked
// at.
PastBuilds past_builds(CommitSource& source, const PastBuildsRequest& request);

// A build that somebody says there was.
struct ListedBuild {
  std::string commit;
  std::string base;  // of a change: the commit it was merged with; empty: no change
};

// Returns the builds in their order; nullopt for one whose commit or base the clone lacks. Of a
// change the tree that was built is not known.
std::vector<std::optional<PastBuild>> listed_builds(CommitSource& source,
                                                    const std::vector<ListedBuild>& listed,
                                                    const PastBuildsRequest& request);

}  // namespace buildcache::git
