// What the commit graph says. Plain data; made by git/, read by everybody.
#pragma once

#include "core/notice.hpp"

#include <optional>
#include <string>
#include <vector>

namespace buildcache::git {

// The steps of the ladder that find bases (DESIGN: tree base and fork point), for people.
namespace step {
inline constexpr const char* kCommandLine = "command line";
inline constexpr const char* kLocalGraph = "local graph";
inline constexpr const char* kMergeParents = "merge parents";
inline constexpr const char* kCiEvent = "CI event";
inline constexpr const char* kFetchedHistory = "fetched history";
inline constexpr const char* kForgeApi = "forge API";
inline constexpr const char* kBaseTip = "base branch tip";
}  // namespace step

// A commit and which step found it.
struct BasePoint {
  std::string commit;  // full hexadecimal id
  std::string source;  // one of the steps
  // The commit and its first-parent ancestors, nearest first, at most `lookback`.
  std::vector<std::string> walk;
};

// History was asked for that the clone does not hold.
struct MoreAsked {
  std::string source;            // the step that answered; kFetchedHistory when none did
  int depth = 0;                 // commits behind each tip, the last time
  std::string trouble;           // why it could not be had; empty: it was
  std::string passed_over = {};  // why the steps before `source` could not give it
};

// One step of the ladder that finds bases, and what came of it.
struct LadderStep {
  std::string step;  // one of the steps
  bool answered = false;
  std::string words;  // what it found, or why it did not; for people
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
  std::vector<LadderStep> ladder;       // in their order; empty when no base was looked for
  std::vector<std::string> head_walk;   // HEAD's first-parent ancestors without HEAD, nearest first
  std::optional<MoreAsked> more_asked;  // nullopt: what the clone holds was enough, or all there is
  std::vector<core::Notice> notices;
};

}  // namespace buildcache::git
