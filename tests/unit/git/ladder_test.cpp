#include "git/ladder.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace buildcache::git {
namespace {

const std::string kTree = "aaaaaaaaaaaaffffffffffffffffffffffffffff";
const std::string kFork = "bbbbbbbbbbbbffffffffffffffffffffffffffff";

struct Case {
  Situation situation;
  Bases bases;
  std::optional<MoreAsked> asked;
  bool shallow = true;
  bool may_ask = true;

  // One step a line: "+step: words" when it answered, else "-step: words".
  [[nodiscard]] std::vector<std::string> told() const {
    std::vector<std::string> lines;
    for (const LadderStep& step : ladder_of({situation, bases, "main", shallow, may_ask, asked})) {
      lines.push_back((step.answered ? "+" : "-") + step.step + ": " + step.words);
    }
    return lines;
  }
};

using Lines = std::vector<std::string>;

TEST_CASE("ladder: what the clone's graph tells needs nobody else") {
  Case one;
  one.situation.base_tip = kTree;
  one.bases.tree_base = BasePoint{kTree, step::kLocalGraph, {}};
  one.bases.fork_point = BasePoint{kTree, step::kLocalGraph, {}};
  one.bases.is_certain = true;
  CHECK(one.told() == Lines{"+local graph: tree base and fork point aaaaaaaaaaaa",
                            "-merge parents: not needed",
                            "-CI event: not needed",
                            "-fetched history: not needed",
                            "-base branch tip: not needed"});
}

TEST_CASE("ladder: a depth-1 test merge names its tree base, and what was fetched the fork point") {
  Case one;
  one.situation.is_change = true;
  one.situation.parents = {kTree, kFork};
  one.bases.tree_base = BasePoint{kTree, step::kMergeParents, {}};
  one.bases.fork_point = BasePoint{kFork, step::kFetchedHistory, {}};
  one.asked = MoreAsked{step::kFetchedHistory, 200, {}};
  CHECK(one.told() == Lines{"-local graph: the clone has no branch main",
                            "+merge parents: tree base aaaaaaaaaaaa",
                            "-CI event: it states no base",
                            "+fetched history: fork point bbbbbbbbbbbb",
                            "-base branch tip: not needed"});
}

TEST_CASE("ladder: where nobody tells, each says why") {
  Case one;
  one.situation.is_change = true;
  one.situation.parents = {kTree, kFork};
  one.asked = MoreAsked{step::kFetchedHistory, 200, "no remote"};
  CHECK(one.told() == Lines{"-local graph: the clone has no branch main",
                            "-merge parents: HEAD's parents cannot be told apart",
                            "-CI event: it states no base",
                            "-fetched history: no remote",
                            "-base branch tip: the clone has no branch main"});
  one.situation.parents = {kTree};
  one.situation.base_tip = kTree;
  one.asked.reset();
  one.may_ask = false;
  one.bases.tree_base = BasePoint{kTree, step::kBaseTip, {}};
  CHECK(one.told() ==
        Lines{"-local graph: the clone is shallow: its commits end before the two sides meet",
              "-merge parents: HEAD is no test merge",
              "-CI event: it states no base",
              "-fetched history: not asked: --offline, or the fallback list has no merge-base",
              "+base branch tip: tree base aaaaaaaaaaaa"});
}

TEST_CASE("ladder: the forge is told of when it was asked, and why git was not enough") {
  Case one;
  one.bases.tree_base = BasePoint{kFork, step::kForgeApi, {}};
  one.bases.fork_point = one.bases.tree_base;
  one.asked = MoreAsked{step::kForgeApi, 200, {}, "git fetch failed"};
  CHECK(one.told() == Lines{"-local graph: the clone has no branch main",
                            "-merge parents: HEAD is no test merge",
                            "-CI event: it states no base",
                            "-fetched history: git fetch failed",
                            "+forge API: tree base and fork point bbbbbbbbbbbb",
                            "-base branch tip: not needed"});
}

TEST_CASE("ladder: a person's word comes first, and histories may have nothing in common") {
  Case given;
  given.situation.given_source = step::kCommandLine;
  given.situation.given_tree_base = kTree;
  given.bases.tree_base = BasePoint{kTree, step::kCommandLine, {}};
  CHECK(given.told().front() == "+command line: tree base aaaaaaaaaaaa");

  Case unrelated;
  unrelated.shallow = false;
  unrelated.situation.base_tip = kTree;
  unrelated.bases.is_certain = true;
  CHECK(unrelated.told() == Lines{"-local graph: the two sides have no commit in common",
                                  "-merge parents: HEAD is no test merge",
                                  "-CI event: it states no base",
                                  "-fetched history: not needed",
                                  "-base branch tip: not needed"});
}

}  // namespace
}  // namespace buildcache::git
