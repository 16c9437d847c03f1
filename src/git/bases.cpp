#include "git/bases.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace buildcache::git {
namespace {

BasePoint point(std::string commit, std::string source) {
  return BasePoint{std::move(commit), std::move(source), {}};
}

// One answer is enough: of several best common ancestors the newest.
struct Answer {
  bool known = false;                 // false: the clone cannot tell
  std::optional<std::string> commit;  // nullopt: unrelated histories
};

class BaseFinder {
 public:
  BaseFinder(CommitSource& commits, const Situation& situation)
      : commits_(commits), situation_(situation) {}

  Bases find() {
    if (!situation_.given_tree_base.empty()) {
      take_given();
    } else if (!situation_.is_change) {
      find_for_push();
    } else if (!split_test_merge()) {
      find_for_head_checkout();
    }
    return std::move(bases_);
  }

 private:
  [[nodiscard]] bool is_parent(const std::string& commit) const {
    return !commit.empty() &&
           std::find(situation_.parents.begin(), situation_.parents.end(), commit) !=
               situation_.parents.end();
  }

  // Returns the other parent of a merge of two; empty when head is no such merge.
  [[nodiscard]] std::string other_parent(const std::string& commit) const {
    if (situation_.parents.size() != 2 || !is_parent(commit)) {
      return {};
    }
    return situation_.parents.front() == commit ? situation_.parents.back()
                                                : situation_.parents.front();
  }

  [[nodiscard]] Answer meet(const std::string& one, const std::string& two) const {
    if (one.empty() || two.empty()) {
      return {};
    }
    const auto found = merge_bases(commits_, one, two, situation_.commit_budget);
    if (!found) {
      return told_meeting(one, two);
    }
    return {true, found->empty() ? std::nullopt : std::optional(found->front())};
  }

  [[nodiscard]] Answer told_meeting(const std::string& one, const std::string& two) const {
    for (const Meeting& told : situation_.meetings) {
      if ((told.one == one && told.two == two) || (told.one == two && told.two == one)) {
        return {true, told.commit};
      }
    }
    return {};
  }

  void take_given() {
    bases_.tree_base = point(situation_.given_tree_base, situation_.given_source);
    if (situation_.is_change) {
      bases_.change_head = is_parent(situation_.change_head)
                               ? situation_.change_head
                               : other_parent(situation_.given_tree_base);
    }
    find_fork_point();
  }

  void find_for_push() {
    if (situation_.base_tip.empty()) {
      return;
    }
    const Answer meeting = meet(situation_.head, situation_.base_tip);
    bases_.is_certain = meeting.known;
    if (!meeting.known) {
      bases_.tree_base = point(situation_.base_tip, step::kBaseTip);
    } else if (meeting.commit) {
      bases_.tree_base = point(*meeting.commit, situation_.graph_source);
      bases_.fork_point = bases_.tree_base;
    }
  }

  // Finds the base among the parents of a test merge. Returns false when head is none, or when its
  // parents cannot be told apart.
  bool split_test_merge() {
    if (situation_.parents.size() < 2 || situation_.change_head == situation_.head) {
      return false;
    }
    std::string base;
    if (is_parent(situation_.change_head)) {
      base = other_parent(situation_.change_head);
    } else {
      base = parent_in_base_branch();
    }
    if (base.empty()) {
      return false;
    }
    bases_.change_head =
        is_parent(situation_.change_head) ? situation_.change_head : other_parent(base);
    const bool is_present = commits_.read(base).has_value();
    bases_.tree_base = point(base, is_present ? situation_.graph_source : step::kMergeParents);
    find_fork_point();
    return true;
  }

  // Returns the parent that the base branch contains; empty when none or several do.
  [[nodiscard]] std::string parent_in_base_branch() const {
    std::string found;
    for (const std::string& parent : situation_.parents) {
      if (!is_in_base_branch(parent)) {
        continue;
      }
      if (!found.empty()) {
        return {};
      }
      found = parent;
    }
    return other_parent(found).empty() ? std::string() : found;
  }

  [[nodiscard]] bool is_in_base_branch(const std::string& commit) const {
    const std::array tips = {situation_.base_tip, situation_.stated_base};
    return std::any_of(tips.begin(), tips.end(), [&](const std::string& tip) {
      return !tip.empty() &&
             (commit == tip ||
              is_ancestor(commits_, commit, tip, situation_.commit_budget)
                  .value_or(told_meeting(commit, tip).commit.value_or("") == commit));
    });
  }

  // Whether the graph says that `commit` comes after `before`, and head after `commit`.
  [[nodiscard]] bool is_between(const std::string& before, const std::string& commit) const {
    return !commit.empty() && commit != before &&
           is_ancestor(commits_, before, commit, situation_.commit_budget).value_or(false) &&
           is_ancestor(commits_, commit, situation_.head, situation_.commit_budget).value_or(false);
  }

  void find_for_head_checkout() {
    const Answer meeting = meet(situation_.head, situation_.base_tip);
    bases_.is_certain = meeting.known;
    // The clone's base branch may be behind the one that the change goes into, as a fork's own is.
    const bool behind = meeting.commit && is_between(*meeting.commit, situation_.stated_fork_point);
    if (behind || (!meeting.known && !situation_.stated_fork_point.empty())) {
      bases_.tree_base = point(situation_.stated_fork_point, step::kCiEvent);
      bases_.fork_point = bases_.tree_base;
    } else if (meeting.known) {
      if (meeting.commit) {
        bases_.tree_base = point(*meeting.commit, situation_.graph_source);
        bases_.fork_point = bases_.tree_base;
      }
    } else if (!situation_.stated_base.empty()) {
      take_stated();
    } else if (!situation_.base_tip.empty()) {
      bases_.tree_base = point(situation_.base_tip, step::kBaseTip);
    }
  }

  // The stated base can be newer than what head contains: their common ancestor is not.
  void take_stated() {
    const Answer meeting = meet(situation_.head, situation_.stated_base);
    bases_.tree_base = point(meeting.commit.value_or(situation_.stated_base), step::kCiEvent);
    if (meeting.commit) {
      bases_.fork_point = bases_.tree_base;
    }
  }

  void find_fork_point() {
    const std::string& change = bases_.change_head.empty() ? situation_.head : bases_.change_head;
    Answer meeting = meet(change, bases_.tree_base->commit);
    if (!meeting.known) {
      meeting = meet(change, situation_.base_tip);
    }
    bases_.is_certain = meeting.known;
    if (meeting.commit) {
      bases_.fork_point = point(*meeting.commit, situation_.graph_source);
    } else if (!meeting.known && !situation_.stated_fork_point.empty()) {
      bases_.fork_point = point(situation_.stated_fork_point, step::kCiEvent);
    }
  }

  CommitSource& commits_;
  const Situation& situation_;
  Bases bases_;
};

}  // namespace

Bases find_bases(CommitSource& commits, const Situation& situation) {
  return BaseFinder(commits, situation).find();
}

void fill_walks(CommitSource& commits, Bases& bases, int lookback) {
  const std::size_t limit = lookback > 0 ? static_cast<std::size_t>(lookback) : 0;
  std::vector<std::string> near;
  if (bases.tree_base) {
    near = first_parent_walk(commits, bases.tree_base->commit, limit);
  }
  const auto has = [&near](const std::string& id) {
    return std::find(near.begin(), near.end(), id) != near.end();
  };
  if (bases.fork_point) {
    const std::size_t kept = has(bases.fork_point->commit) ? 0 : limit / 4;
    near.resize(std::min(near.size(), limit - kept));
    const std::size_t left = limit - near.size();
    // Twice the limit: as many as may be left out because the tree base's walk has them.
    for (std::string& id : first_parent_walk(commits, bases.fork_point->commit, 2 * limit)) {
      if (bases.fork_point->walk.size() < left && !has(id)) {
        bases.fork_point->walk.push_back(std::move(id));
      }
    }
  }
  if (bases.tree_base) {
    bases.tree_base->walk = std::move(near);
  }
}

}  // namespace buildcache::git
