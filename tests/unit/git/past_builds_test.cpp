#include "git/past_builds.hpp"

#include "memory_graph.hpp"

#include <doctest/doctest.h>

namespace buildcache::git {

using Walk = std::vector<std::string>;
using test::MemoryGraph;

namespace {

// r - a - b - M - c, with x - y from a into M.
void add_merged_change(MemoryGraph& graph) {
  graph.add("r").add("a", {"r"}).add("x", {"a"}).add("y", {"x"}).add("b", {"a"});
  graph.add("M", {"b", "y"}).add("c", {"M"});
}

PastBuildsRequest from(const std::string& tip) {
  PastBuildsRequest request;
  request.tip = tip;
  return request;
}

}  // namespace

TEST_CASE("past builds: each commit of the first-parent line is a push, oldest first") {
  MemoryGraph graph;
  graph.add("a").add("b", {"a"}).add("c", {"b"});
  const PastBuilds past = past_builds(graph, from("c"));
  REQUIRE(past.builds.size() == 3);
  CHECK(past.builds[0].facts.head == "a");
  CHECK(past.builds[0].facts.head_walk.empty());
  CHECK(past.builds[2].facts.head == "c");
  CHECK(past.builds[2].facts.head_walk == Walk{"b", "a"});
  CHECK_FALSE(past.builds[2].is_change);
}

TEST_CASE("past builds: a merged change is built right before its merge") {
  MemoryGraph graph;
  add_merged_change(graph);
  const PastBuilds past = past_builds(graph, from("c"));
  REQUIRE(past.builds.size() == 6);  // r a b change M c
  const PastBuild& change = past.builds[3];
  CHECK(change.is_change);
  CHECK(change.facts.head.empty());
  CHECK(change.facts.change_head == "y");
  REQUIRE(change.facts.tree_base);
  CHECK(change.facts.tree_base->commit == "b");
  REQUIRE(change.facts.fork_point);
  CHECK(change.facts.fork_point->commit == "a");
  CHECK(past.builds[4].facts.head == "M");
  CHECK(past.builds[4].facts.head_walk == Walk{"b", "a", "r"});
  CHECK(past.unknown_forks == 0);
}

TEST_CASE("past builds: no more commits, and no longer walks, than asked for") {
  MemoryGraph graph;
  graph.add("a").add("b", {"a"}).add("c", {"b"}).add("d", {"c"});
  PastBuildsRequest request = from("d");
  request.commits = 2;
  request.lookback = 1;
  const PastBuilds past = past_builds(graph, request);
  REQUIRE(past.builds.size() == 2);
  CHECK(past.builds[0].facts.head == "c");
  CHECK(past.builds[0].facts.head_walk == Walk{"b"});
}

TEST_CASE("past builds: what the clone lacks is counted, and a change without fork point too") {
  MemoryGraph graph;
  graph.add("b", {"missing"}).add("M", {"b", "elsewhere"});
  const PastBuilds past = past_builds(graph, from("M"));
  CHECK(past.without_history == 1);
  CHECK(past.unknown_forks == 1);
  CHECK(past.builds.size() == 3);  // b change M
}

TEST_CASE("past builds: listed ones keep their order; those the clone lacks are told apart") {
  MemoryGraph graph;
  add_merged_change(graph);
  const auto builds =
      listed_builds(graph, {{"c", ""}, {"gone", ""}, {"y", "b"}, {"y", "gone"}}, from(""));
  REQUIRE(builds.size() == 4);
  REQUIRE(builds[0].has_value());
  CHECK(builds[0]->facts.head == "c");
  CHECK(builds[0]->tree_of == "c");
  CHECK(builds[0]->facts.head_walk == Walk{"M", "b", "a", "r"});
  CHECK_FALSE(builds[1].has_value());
  REQUIRE(builds[2].has_value());
  CHECK(builds[2]->is_change);
  CHECK(builds[2]->facts.change_head == "y");
  CHECK(builds[2]->facts.tree_base->commit == "b");
  CHECK(builds[2]->facts.fork_point->commit == "a");
  CHECK(builds[2]->tree_of.empty());
  CHECK_FALSE(builds[3].has_value());
}

}  // namespace buildcache::git
