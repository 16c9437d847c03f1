// What the commit graph says. Plain data; made by git/, read by everybody.
#pragma once

#include "core/notice.hpp"

#include <optional>
#include <string>
#include <vector>

namespace buildcache::git {

// A commit and which step of the ladder found it (DESIGN: tree base and fork point).
struct BasePoint {
  std::string commit;  // full hexadecimal id
  // "local graph", "merge parents", "CI event", "fetched history", "base branch tip", or the
  // "command line"
  std::string source;
  // The commit and its first-parent ancestors, nearest first, at most `lookback`.
  std::vector<std::string> walk;
};

// History was asked for that the clone does not hold.
struct MoreAsked {
  int depth = 0;        // commits behind each tip, the last time
  std::string trouble;  // why it could not be had; empty: it was
};

struct Facts {
  std::string root;                     // work tree's top directory; empty: no repository
  std::string head;                     // commit checked out; empty: no repository or unborn branch
  std::string branch;                   // checked-out branch; empty when detached
  std::string upstream_default_branch;  // origin/HEAD's branch where the clone knows it
  std::vector<std::string> tags;        // tags at HEAD, sorted
  std::vector<std::string> parents;     // of HEAD, in order, as the raw commit object has them
  bool dirty = false;    // tracked files differ from HEAD, or untracked ones that are not ignored
  bool shallow = false;  // the clone is shallow
  // The tip of the change's own branch when HEAD is a test merge of it; empty otherwise.
  std::string change_head;
  std::optional<BasePoint> tree_base;
  std::optional<BasePoint> fork_point;
  std::vector<std::string> head_walk;   // HEAD's first-parent ancestors without HEAD, nearest first
  std::optional<MoreAsked> more_asked;  // nullopt: what the clone holds was enough, or all there is
  std::vector<core::Notice> notices;
};

}  // namespace buildcache::git
