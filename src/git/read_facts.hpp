// A repository on disk -> git::Facts, through libgit2; where it is too short, with more history.
#pragma once

#include "core/result.hpp"
#include "git/facts.hpp"
#include "git/more_history.hpp"

#include <string>

namespace buildcache::git {

struct Request {
  std::string directory;    // where to look; parents are searched up to the file system's root
  std::string head;         // overrides HEAD; empty: HEAD
  std::string change_head;  // tip of the change's branch as the platform states it; may be empty
  std::string change_fetched_as;  // without it the remote branch whose tip it is; may be empty
  std::string base_branch;        // of a change or merge queue; empty otherwise
  std::string default_branch;     // empty: ask the clone
  std::string branch;             // the branch being built as the platform states it; may be empty
  std::string stated_tree_base;   // what a merge queue states (merge_group.base_sha)
  std::string given_tree_base;    // a person's word (--base-sha): beats everything
  std::string stated_base;        // pull_request.base.sha: may be stale, tried last but one
  std::string stated_fork_point;  // CI_MERGE_REQUEST_DIFF_BASE_SHA: where the graph cannot tell
  bool wants_bases = true;        // false for tags, releases and the default branch
  bool wants_head_walk = false;   // HEAD's own ancestors are worth asking for more history
  int lookback = 50;              // commits a walk looks through in all
  int commit_budget = 100'000;    // commits a graph question may visit before it gives up
};

// Never writes to the repository. `more` is asked where the clone is too short; nullptr: nobody is.
// A directory without a repository gives Facts with an empty root
// and a notice; so does an unborn branch with an empty head. Errors: facts (repository unreadable
// or broken; an override that names no commit).
core::Result<Facts> read_facts(const Request& request, MoreHistory* more = nullptr);

}  // namespace buildcache::git
