#include "git/ladder.hpp"

#include "core/text.hpp"

#include <string_view>
#include <utility>

namespace buildcache::git {
namespace {

bool is_of(const std::optional<BasePoint>& base, std::string_view step) {
  return base && base->source == step;
}

class LadderTeller {
 public:
  explicit LadderTeller(const LadderQuestion& question) : question_(question) {}

  std::vector<LadderStep> tell() {
    const Situation& situation = question_.situation;
    if (situation.given_source == step::kCommandLine && !situation.given_tree_base.empty()) {
      add(step::kCommandLine, {});
    }
    add(step::kLocalGraph, why_no_graph());
    add(step::kMergeParents, why_no_parents());
    add(step::kCiEvent, why_no_event());
    add(step::kFetchedHistory, why_no_history());
    if (question_.asked && question_.asked->source == step::kForgeApi) {
      add(step::kForgeApi, "it does not tell where the two sides meet");
    }
    add(step::kBaseTip, lacks_base() ? no_branch() : "not needed");
    return std::move(steps_);
  }

 private:
  // A step that found no base has `why_not` for an answer, or was not needed when those before it
  // have found both.
  void add(const char* step, std::string why_not) {
    const bool tree_base = is_of(question_.bases.tree_base, step);
    const bool fork_point = is_of(question_.bases.fork_point, step);
    std::string found = found_by(tree_base, fork_point);
    const bool needed = !has_tree_base_ || !has_fork_point_;
    has_tree_base_ = has_tree_base_ || tree_base;
    has_fork_point_ = has_fork_point_ || fork_point;
    if (!found.empty()) {
      steps_.push_back({step, true, std::move(found)});
    } else {
      steps_.push_back({step, false, needed ? std::move(why_not) : "not needed"});
    }
  }

  // Names those of the two that the step found; empty: neither.
  [[nodiscard]] std::string found_by(bool tree_base, bool fork_point) const {
    const Bases& bases = question_.bases;
    const std::string of_tree = tree_base ? core::short_id(bases.tree_base->commit) : "";
    const std::string of_fork = fork_point ? core::short_id(bases.fork_point->commit) : "";
    if (tree_base && fork_point) {
      return of_tree == of_fork ? "tree base and fork point " + of_tree
                                : "tree base " + of_tree + ", fork point " + of_fork;
    }
    if (tree_base) {
      return "tree base " + of_tree;
    }
    return fork_point ? "fork point " + of_fork : "";
  }

  [[nodiscard]] bool lacks_base() const {
    const Situation& situation = question_.situation;
    return situation.base_tip.empty() && situation.given_tree_base.empty();
  }

  [[nodiscard]] std::string no_branch() const {
    return question_.base_branch.empty()
               ? "nobody says which branch is the base"
               : "the clone has no branch " + core::printable(question_.base_branch);
  }

  [[nodiscard]] bool is_unrelated() const {
    return question_.bases.is_certain && !question_.bases.fork_point;
  }

  [[nodiscard]] std::string why_no_graph() const {
    if (is_unrelated() && !question_.asked) {
      return "the two sides have no commit in common";
    }
    if (lacks_base()) {
      return no_branch();
    }
    return question_.shallow ? "the clone is shallow: its commits end before the two sides meet"
                             : "the commits end before the two sides meet";
  }

  [[nodiscard]] std::string why_no_parents() const {
    const Situation& situation = question_.situation;
    if (!situation.is_change || situation.parents.size() < 2) {
      return "HEAD is no test merge";
    }
    return question_.bases.tree_base ? "not needed" : "HEAD's parents cannot be told apart";
  }

  [[nodiscard]] std::string why_no_event() const {
    const Situation& situation = question_.situation;
    const bool states = !situation.stated_base.empty() || !situation.stated_fork_point.empty();
    return states ? "not needed" : "it states no base";
  }

  [[nodiscard]] std::string why_no_history() const {
    const std::optional<MoreAsked>& asked = question_.asked;
    if (!question_.may_ask) {
      return "not asked: --offline, or the fallback list has no merge-base";
    }
    if (!asked) {
      return is_unrelated() ? "not needed" : "not asked: the clone has all there is";
    }
    if (!asked->passed_over.empty()) {
      return asked->passed_over;
    }
    return asked->trouble.empty()
               ? std::to_string(asked->depth) + " commits behind each side, and they do not meet"
               : asked->trouble;
  }

  const LadderQuestion& question_;
  std::vector<LadderStep> steps_;
  bool has_tree_base_ = false;
  bool has_fork_point_ = false;
};

}  // namespace

std::vector<LadderStep> ladder_of(const LadderQuestion& question) {
  return LadderTeller(question).tell();
}

}  // namespace buildcache::git
