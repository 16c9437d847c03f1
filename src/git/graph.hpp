// Questions about a commit graph of which parts may be missing: shallow, partial or damaged clones.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace buildcache::git {

struct CommitNode {
  std::vector<std::string> parents;  // as the raw commit object names them, whether present or not
  std::int64_t time = 0;             // the committer's, in seconds since 1970; may be skewed
};

// Where the histories of two commits meet, by the word of somebody who sees all of them.
struct Meeting {
  std::string one;
  std::string two;
  std::string commit;
};

// Where commits come from.
class CommitSource {
 public:
  CommitSource() = default;
  CommitSource(const CommitSource&) = delete;
  CommitSource& operator=(const CommitSource&) = delete;
  virtual ~CommitSource() = default;

  // Returns nullopt when the commit is missing or unreadable.
  virtual std::optional<CommitNode> read(const std::string& id) = 0;
};

// Returns the best common ancestors of two commits (as `git merge-base --all`), newest first; none
// when their histories are unrelated. Returns nullopt when the answer hangs on a commit that is
// missing, or when more than `budget` commits would have to be read.
std::optional<std::vector<std::string>> merge_bases(CommitSource& source,
                                                    const std::string& one,
                                                    const std::string& two,
                                                    int budget);

// Returns whether `descendant` is, or descends from, `ancestor`; nullopt as above.
std::optional<bool> is_ancestor(CommitSource& source,
                                const std::string& ancestor,
                                const std::string& descendant,
                                int budget);

// Returns `start` and its first-parent ancestors, nearest first, at most `limit`. A parent that the
// clone lacks is the last: its name is known, its parents are not.
std::vector<std::string> first_parent_walk(CommitSource& source,
                                           const std::string& start,
                                           std::size_t limit);

}  // namespace buildcache::git
