#include "git/graph.hpp"

#include <algorithm>
#include <limits>
#include <queue>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace buildcache::git {
namespace {

constexpr unsigned kFromOne = 1;
constexpr unsigned kFromTwo = 2;
constexpr unsigned kBoth = kFromOne | kFromTwo;
constexpr unsigned kStale = 4;  // a proper ancestor of a common ancestor

struct Mark {
  std::string id;
  std::optional<CommitNode> node;  // nullopt: the clone lacks it
  unsigned flags = 0;
  int queued = 0;

  // Missing commits count as oldest.
  [[nodiscard]] std::int64_t time() const {
    return node ? node->time : std::numeric_limits<std::int64_t>::min();
  }
};

// Marks, newest first, what is reachable from either of two commits, until only ancestors of common
// ancestors remain. A commit is looked at again when it gains a mark, so skewed clocks cost time,
// not correctness.
class Painting {
 public:
  Painting(CommitSource& source, int budget) : source_(source), budget_(budget) {}

  // Returns false when the budget ran out.
  bool paint(const std::string& one, const std::string& two) {
    add(one, kFromOne);
    add(two, kFromTwo);
    while (interesting_ > 0 && budget_ >= 0) {
      step();
    }
    return budget_ >= 0;
  }

  // Whether a missing commit could change what is common.
  [[nodiscard]] bool has_gap() const {
    return std::any_of(marks_.begin(), marks_.end(), [](const auto& entry) {
      const Mark& mark = entry.second;
      return !mark.node && (mark.flags & kStale) == 0 && (mark.flags & kBoth) != kBoth;
    });
  }

  [[nodiscard]] unsigned flags_of(const std::string& id) const {
    const auto found = marks_.find(id);
    return found == marks_.end() ? 0 : found->second.flags;
  }

  // Returns the common ancestors that are not ancestors of others as far as painted, newest first.
  [[nodiscard]] std::vector<std::string> common() const {
    std::vector<const Mark*> found;
    for (const auto& [id, mark] : marks_) {
      if ((mark.flags & kBoth) == kBoth && (mark.flags & kStale) == 0) {
        found.push_back(&mark);
      }
    }
    std::sort(found.begin(), found.end(), [](const Mark* left, const Mark* right) {
      return std::tuple(right->time(), left->id) < std::tuple(left->time(), right->id);
    });
    std::vector<std::string> ids;
    ids.reserve(found.size());
    for (const Mark* mark : found) {
      ids.push_back(mark->id);
    }
    return ids;
  }

 private:
  struct Later {
    bool operator()(const std::pair<std::int64_t, Mark*>& left,
                    const std::pair<std::int64_t, Mark*>& right) const {
      return left.first < right.first;
    }
  };

  void add(const std::string& id, unsigned flags) {
    auto [entry, is_new] = marks_.try_emplace(id);
    Mark& mark = entry->second;
    if (is_new) {
      mark.id = id;
      mark.node = source_.read(id);
      --budget_;
    }
    if ((mark.flags & flags) == flags && !is_new) {
      return;
    }
    const bool was_stale = (mark.flags & kStale) != 0;
    mark.flags |= flags;
    const bool is_stale = (mark.flags & kStale) != 0;
    if (is_stale && !was_stale) {
      interesting_ -= mark.queued;
    }
    if (mark.node) {
      queue_.emplace(mark.time(), &mark);
      ++mark.queued;
      interesting_ += is_stale ? 0 : 1;
    }
  }

  void step() {
    Mark& mark = *queue_.top().second;
    queue_.pop();
    --mark.queued;
    interesting_ -= (mark.flags & kStale) != 0 ? 0 : 1;
    unsigned flags = mark.flags;
    if ((flags & kBoth) == kBoth) {
      flags |= kStale;
    }
    for (const std::string& parent : mark.node->parents) {
      add(parent, flags);
    }
  }

  CommitSource& source_;
  int budget_;
  int interesting_ = 0;  // entries of the queue that are not stale
  std::unordered_map<std::string, Mark> marks_;
  std::priority_queue<std::pair<std::int64_t, Mark*>,
                      std::vector<std::pair<std::int64_t, Mark*>>,
                      Later>
      queue_;
};

// Drops commits that are ancestors of others: the painting stops early and can leave a few.
std::vector<std::string> without_redundant(CommitSource& source,
                                           std::vector<std::string> commits,
                                           int budget) {
  for (std::size_t i = 0; i < commits.size();) {
    const bool redundant =
        std::any_of(commits.begin(), commits.end(), [&](const std::string& other) {
          return other != commits[i] &&
                 is_ancestor(source, commits[i], other, budget).value_or(false);
        });
    if (redundant) {
      commits.erase(commits.begin() + static_cast<std::ptrdiff_t>(i));
    } else {
      ++i;
    }
  }
  return commits;
}

}  // namespace

std::optional<std::vector<std::string>> merge_bases(CommitSource& source,
                                                    const std::string& one,
                                                    const std::string& two,
                                                    int budget) {
  Painting painting(source, budget);
  if (!painting.paint(one, two) || painting.has_gap()) {
    return std::nullopt;
  }
  std::vector<std::string> found = painting.common();
  if (found.size() > 1) {
    found = without_redundant(source, std::move(found), budget);
  }
  return found;
}

std::optional<bool> is_ancestor(CommitSource& source,
                                const std::string& ancestor,
                                const std::string& descendant,
                                int budget) {
  Painting painting(source, budget);
  const bool complete = painting.paint(ancestor, descendant) && !painting.has_gap();
  if ((painting.flags_of(ancestor) & kFromTwo) != 0) {
    return true;
  }
  return complete ? std::optional(false) : std::nullopt;
}

std::vector<std::string> first_parent_walk(CommitSource& source,
                                           const std::string& start,
                                           std::size_t limit) {
  std::vector<std::string> walk;
  std::string id = start;
  while (!id.empty() && walk.size() < limit) {
    walk.push_back(id);
    const std::optional<CommitNode> node = source.read(id);
    id = node && !node->parents.empty() ? node->parents.front() : std::string();
  }
  return walk;
}

}  // namespace buildcache::git
