#include "git/bases.hpp"

#include "memory_graph.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace buildcache::git {
namespace {

using test::MemoryGraph;
using Ids = std::vector<std::string>;

// main: m1 - m2 - m3 - m4; change: m2 - c1 - c2; "merge" is the test merge of c2 into m4.
struct UsualGraph : MemoryGraph {
  UsualGraph() {
    add("m1").add("m2", {"m1"}).add("c1", {"m2"}).add("m3", {"m2"}).add("c2", {"c1"});
    add("m4", {"m3"}).add("merge", {"m4", "c2"});
  }
};

Situation change_at(const std::string& head, std::vector<std::string> parents = {}) {
  Situation situation;
  situation.head = head;
  situation.parents = std::move(parents);
  situation.is_change = true;
  return situation;
}

void check_point(const std::optional<BasePoint>& point,
                 const std::string& commit,
                 const std::string& source) {
  REQUIRE(point.has_value());
  CHECK(point->commit == commit);
  CHECK(point->source == source);
}

TEST_CASE("bases: a test merge's base is the parent that is not the change's head") {
  UsualGraph graph;
  Situation situation = change_at("merge", {"m4", "c2"});
  situation.change_head = "c2";
  const Bases bases = find_bases(graph, situation);
  check_point(bases.tree_base, "m4", "local graph");
  check_point(bases.fork_point, "m2", "local graph");
  CHECK(bases.change_head == "c2");
}

TEST_CASE("bases: the order of a test merge's parents does not matter") {
  UsualGraph graph;
  graph.add("reversed", {"c2", "m4"});
  Situation situation = change_at("reversed", {"c2", "m4"});
  situation.change_head = "c2";
  check_point(find_bases(graph, situation).tree_base, "m4", "local graph");

  situation.change_head.clear();
  situation.base_tip = "m4";
  const Bases by_ancestry = find_bases(graph, situation);
  check_point(by_ancestry.tree_base, "m4", "local graph");
  CHECK(by_ancestry.change_head == "c2");
}

TEST_CASE("bases: a depth-1 checkout of a test merge knows its base by the raw parents") {
  MemoryGraph graph;
  graph.add("merge", {"m4", "c2"});
  Situation situation = change_at("merge", {"m4", "c2"});
  situation.change_head = "c2";
  situation.stated_base = "m3";
  const Bases bases = find_bases(graph, situation);
  check_point(bases.tree_base, "m4", "merge parents");
  CHECK_FALSE(bases.fork_point.has_value());
  CHECK(bases.change_head == "c2");
}

TEST_CASE("bases: parents that cannot be told apart are not guessed by position") {
  MemoryGraph graph;
  graph.add("merge", {"m4", "c2"});
  Situation situation = change_at("merge", {"m4", "c2"});
  CHECK_FALSE(find_bases(graph, situation).tree_base.has_value());
  situation.stated_base = "m3";
  check_point(find_bases(graph, situation).tree_base, "m3", "CI event");
  situation.stated_base = "m4";
  check_point(find_bases(graph, situation).tree_base, "m4", "merge parents");
}

TEST_CASE("bases: a base branch that moved on after the test merge does not confuse") {
  UsualGraph graph;
  graph.add("m5", {"m4"});
  Situation situation = change_at("merge", {"m4", "c2"});
  situation.base_tip = "m5";
  check_point(find_bases(graph, situation).tree_base, "m4", "local graph");
}

TEST_CASE("bases: in a checkout of the change's head both facts are the fork point") {
  UsualGraph graph;
  Situation situation = change_at("c2", {"c1"});
  situation.change_head = "c2";
  situation.base_tip = "m4";
  const Bases bases = find_bases(graph, situation);
  check_point(bases.tree_base, "m2", "local graph");
  check_point(bases.fork_point, "m2", "local graph");
  CHECK(bases.change_head.empty());
}

TEST_CASE("bases: a change head that merged the base branch in is based on what it merged") {
  UsualGraph graph;
  graph.add("c3", {"c2", "m3"}).add("c4", {"c3"});
  Situation situation = change_at("c4", {"c3"});
  situation.change_head = "c4";
  situation.base_tip = "m4";
  check_point(find_bases(graph, situation).tree_base, "m3", "local graph");
}

TEST_CASE("bases: a change head that is a merge itself is no test merge") {
  UsualGraph graph;
  graph.add("c3", {"c2", "m3"});
  Situation situation = change_at("c3", {"c2", "m3"});
  situation.change_head = "c3";
  situation.base_tip = "m4";
  const Bases bases = find_bases(graph, situation);
  check_point(bases.tree_base, "m3", "local graph");
  CHECK(bases.change_head.empty());
}

TEST_CASE("bases: a depth-1 checkout of the change's head falls back to what CI states") {
  MemoryGraph graph;
  graph.add("c2", {"c1"});
  Situation situation = change_at("c2", {"c1"});
  situation.change_head = "c2";
  situation.base_tip = "m4";
  situation.stated_base = "m3";
  const Bases bases = find_bases(graph, situation);
  check_point(bases.tree_base, "m3", "CI event");
  CHECK_FALSE(bases.fork_point.has_value());
}

TEST_CASE("bases: a stated fork point is both facts where the clone cannot tell") {
  MemoryGraph graph;
  graph.add("c2", {"c1"});
  Situation situation = change_at("c2", {"c1"});
  situation.change_head = "c2";
  situation.stated_fork_point = "m2";
  const Bases bases = find_bases(graph, situation);
  check_point(bases.tree_base, "m2", "CI event");
  check_point(bases.fork_point, "m2", "CI event");
}

TEST_CASE("bases: a stated fork point does not stand in for a test merge's tree base") {
  MemoryGraph graph;
  graph.add("merge", {"m4", "c2"});
  Situation situation = change_at("merge", {"m4", "c2"});
  situation.change_head = "c2";
  situation.stated_fork_point = "m2";
  const Bases bases = find_bases(graph, situation);
  check_point(bases.tree_base, "m4", "merge parents");
  check_point(bases.fork_point, "m2", "CI event");
}

TEST_CASE("bases: the graph beats a stated fork point") {
  UsualGraph graph;
  Situation situation = change_at("c2", {"c1"});
  situation.change_head = "c2";
  situation.base_tip = "m4";
  situation.stated_fork_point = "m1";
  check_point(find_bases(graph, situation).fork_point, "m2", "local graph");
}

TEST_CASE("bases: a stated fork point beats a base branch that is behind, as a fork's own is") {
  UsualGraph graph;
  Situation situation = change_at("c2", {"c1"});
  situation.change_head = "c2";
  situation.base_tip = "m1";
  situation.stated_fork_point = "m2";
  const Bases bases = find_bases(graph, situation);
  check_point(bases.tree_base, "m2", "CI event");
  check_point(bases.fork_point, "m2", "CI event");
  situation.stated_fork_point = "m4";  // not of this change's history
  check_point(find_bases(graph, situation).fork_point, "m1", "local graph");
}

TEST_CASE("bases: the base branch's tip is the last resort") {
  MemoryGraph graph;
  graph.add("c2", {"c1"}).add("m4", {"m3"});
  Situation situation = change_at("c2", {"c1"});
  situation.base_tip = "m4";
  check_point(find_bases(graph, situation).tree_base, "m4", "base branch tip");
  situation.is_change = false;
  const Bases push = find_bases(graph, situation);
  check_point(push.tree_base, "m4", "base branch tip");
  CHECK_FALSE(push.fork_point.has_value());
}

TEST_CASE("bases: a stated base newer than the change is walked back to where they meet") {
  UsualGraph graph;
  Situation situation = change_at("c2", {"c1"});
  situation.change_head = "c2";
  situation.stated_base = "m4";
  check_point(find_bases(graph, situation).tree_base, "m2", "CI event");
}

TEST_CASE("bases: a merge queue's base is what the queue states") {
  UsualGraph graph;
  graph.add("queued", {"merge", "c2"});
  Situation situation = change_at("queued", {"merge", "c2"});
  situation.base_tip = "m4";
  situation.given_tree_base = "merge";
  situation.given_source = "CI event";
  const Bases bases = find_bases(graph, situation);
  check_point(bases.tree_base, "merge", "CI event");
  CHECK(bases.change_head == "c2");
  check_point(bases.fork_point, "c2", "local graph");
}

TEST_CASE("bases: a push to another branch is based on where it left the default branch") {
  UsualGraph graph;
  Situation situation;
  situation.head = "c2";
  situation.parents = {"c1"};
  situation.base_tip = "m4";
  const Bases bases = find_bases(graph, situation);
  check_point(bases.tree_base, "m2", "local graph");
  check_point(bases.fork_point, "m2", "local graph");
}

TEST_CASE("bases: unrelated histories have no base") {
  UsualGraph graph;
  graph.add("orphan");
  Situation situation = change_at("orphan");
  situation.base_tip = "m4";
  situation.stated_base = "m3";
  const Bases bases = find_bases(graph, situation);
  CHECK_FALSE(bases.tree_base.has_value());
  CHECK_FALSE(bases.fork_point.has_value());
}

TEST_CASE("bases: an octopus is based on the newest commit it shares with the base branch") {
  UsualGraph graph;
  graph.add("c9", {"m2"}).add("octopus", {"m4", "c2", "c9"});
  Situation situation = change_at("octopus", {"m4", "c2", "c9"});
  situation.change_head = "c2";
  situation.base_tip = "m4";
  check_point(find_bases(graph, situation).tree_base, "m4", "local graph");
}

TEST_CASE("bases: walks hold the tree base's ancestors first, each commit once") {
  UsualGraph graph;
  Bases bases;
  bases.tree_base = BasePoint{"m4", "local graph", {}};
  bases.fork_point = BasePoint{"m2", "local graph", {}};
  fill_walks(graph, bases, 50);
  CHECK(bases.tree_base->walk == Ids{"m4", "m3", "m2", "m1"});
  CHECK(bases.fork_point->walk.empty());
}

TEST_CASE("bases: a quarter of the walk is kept for a fork point that lies beyond it") {
  MemoryGraph graph;
  graph.add("0");
  for (int i = 1; i < 100; ++i) {
    graph.add(std::to_string(i), {std::to_string(i - 1)});
  }
  Bases bases;
  bases.tree_base = BasePoint{"99", "local graph", {}};
  bases.fork_point = BasePoint{"10", "local graph", {}};
  fill_walks(graph, bases, 8);
  CHECK(bases.tree_base->walk == Ids{"99", "98", "97", "96", "95", "94"});
  CHECK(bases.fork_point->walk == Ids{"10", "9"});
  fill_walks(graph, bases, 0);
  CHECK(bases.tree_base->walk.empty());
}

}  // namespace
}  // namespace buildcache::git
