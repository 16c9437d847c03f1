#include "git/deepen.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace buildcache::git {
namespace {

constexpr std::array kDepths{200, 2'000, 20'000};

std::size_t limit_of(int lookback) {
  return static_cast<std::size_t>(std::max(lookback, 0));
}

// Whether a walk ends where the commits at hand do, and not at a first commit or its limit.
bool is_cut(CommitSource& commits, const std::vector<std::string>& walk, std::size_t limit) {
  return !walk.empty() && walk.size() < limit && !commits.read(walk.back());
}

void keep_source(std::optional<BasePoint>& now, const std::optional<BasePoint>& before) {
  if (now && before && now->commit == before->commit &&
      (before->source == step::kMergeParents || before->source == step::kCiEvent)) {
    now->source = before->source;
  }
}

void add_unique(std::vector<std::string>& commits, const std::string& commit) {
  if (!commit.empty() && std::ranges::find(commits, commit) == commits.end()) {
    commits.push_back(commit);
  }
}

// The base as far as it is sure to be one; empty: its branch has to be asked for.
std::string base_commit_of(const Situation& situation, const Bases& bases) {
  return bases.tree_base && bases.tree_base->source != step::kCiEvent ? bases.tree_base->commit
                                                                      : situation.base_tip;
}

// The tips whose histories meet where head left its base.
HistoryWish tips_of(const Situation& situation,
                    const Bases& bases,
                    const std::string& base_branch) {
  HistoryWish wish;
  const std::string& change = bases.change_head.empty() ? situation.change_head : bases.change_head;
  if (!change.empty()) {
    add_unique(wish.commits, change);
  } else if (situation.is_change && situation.parents.size() == 2) {
    for (const std::string& parent : situation.parents) {
      add_unique(wish.commits, parent);
    }
  } else {
    add_unique(wish.commits, situation.head);
  }
  const std::string base = base_commit_of(situation, bases);
  add_unique(wish.commits, base);
  wish.base = base;
  if (base.empty()) {
    wish.branch = base_branch;
  }
  return wish;
}

MoreAsked asked_of(const core::Result<MoreCommits>& more, int depth) {
  return more ? MoreAsked{more->source, depth, {}, more->passed_over}
              : MoreAsked{step::kFetchedHistory, depth, more.error().message, {}};
}

class Deepener {
 public:
  Deepener(const Deepening& deepening,
           Situation situation,
           const std::string& base_branch,
           std::optional<MoreAsked>& asked)
      : deepening_(deepening),
        situation_(std::move(situation)),
        base_branch_(base_branch),
        asked_(asked) {}

  Bases find() {
    find_here();
    if (can_help() && (!bases_.is_certain || is_short())) {
      for (const int depth : kDepths) {
        if (!ask(std::max(depth, 2 * deepening_.lookback)) || bases_.is_certain || !has_deeper_) {
          break;
        }
      }
    }
    return std::move(bases_);
  }

 private:
  void find_here() {
    bases_ = find_bases(deepening_.commits, situation_);
    fill_walks(deepening_.commits, bases_, deepening_.lookback);
  }

  // A full clone lacks at most the base's commits; without a base nothing can meet it.
  [[nodiscard]] bool can_help() const {
    const std::string base = base_commit_of(situation_, bases_);
    if (deepening_.more == nullptr || (base.empty() && base_branch_.empty())) {
      return false;
    }
    return deepening_.shallow || base.empty() || !deepening_.commits.read(base);
  }

  [[nodiscard]] bool is_short() const {
    const auto cut = [this](const std::optional<BasePoint>& base) {
      return base && is_cut(deepening_.commits, base->walk, limit_of(deepening_.lookback));
    };
    return cut(bases_.tree_base) || cut(bases_.fork_point);
  }

  // Returns whether more could be had.
  bool ask(int depth) {
    HistoryWish wish = tips_of(situation_, bases_, base_branch_);
    wish.root = deepening_.root;
    wish.depth = depth;
    const auto more = deepening_.more->more(wish);
    asked_ = asked_of(more, depth);
    if (!more) {
      return false;
    }
    has_deeper_ = more->has_deeper;
    situation_.meetings = more->meetings;
    deepening_.commits.set_more(more->commits);
    if (situation_.base_tip.empty()) {
      situation_.base_tip = more->branch_tip;
    }
    situation_.graph_source = more->source;
    const Bases before = std::move(bases_);
    find_here();
    keep_source(bases_.tree_base, before.tree_base);
    keep_source(bases_.fork_point, before.fork_point);
    return true;
  }

  const Deepening& deepening_;
  Situation situation_;
  const std::string& base_branch_;
  std::optional<MoreAsked>& asked_;
  Bases bases_;
  bool has_deeper_ = true;
};

}  // namespace

std::optional<CommitNode> LayeredCommits::read(const std::string& id) {
  auto node = clone_.read(id);
  return node || more_ == nullptr ? std::move(node) : more_->read(id);
}

Bases find_deep_bases(const Deepening& deepening,
                      Situation situation,
                      const std::string& base_branch,
                      std::optional<MoreAsked>& asked) {
  return Deepener(deepening, std::move(situation), base_branch, asked).find();
}

std::vector<std::string> deep_walk(const Deepening& deepening,
                                   const std::string& head,
                                   std::optional<MoreAsked>& asked) {
  const std::size_t limit = limit_of(deepening.lookback) + 1;
  std::vector<std::string> walk = first_parent_walk(deepening.commits, head, limit);
  if (deepening.more != nullptr && deepening.shallow && is_cut(deepening.commits, walk, limit)) {
    HistoryWish wish{deepening.root, {head}, {}, static_cast<int>(limit)};
    const auto more = deepening.more->more(wish);
    asked = asked_of(more, wish.depth);
    if (more) {
      deepening.commits.set_more(more->commits);
      walk = first_parent_walk(deepening.commits, head, limit);
    }
  }
  walk.erase(walk.begin());
  return walk;
}

}  // namespace buildcache::git
