#include "git/graph.hpp"

#include "memory_graph.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace buildcache::git {
namespace {

using test::MemoryGraph;
using Ids = std::vector<std::string>;

TEST_CASE("graph: the merge base of two branches is where they parted") {
  MemoryGraph graph;
  graph.add("a").add("b", {"a"}).add("c", {"b"}).add("d", {"b"});
  CHECK(merge_bases(graph, "c", "d", 100) == Ids{"b"});
}

TEST_CASE("graph: a commit and its descendant meet in the commit") {
  MemoryGraph graph;
  graph.add("a").add("b", {"a"}).add("c", {"b"});
  CHECK(merge_bases(graph, "a", "c", 100) == Ids{"a"});
  CHECK(merge_bases(graph, "c", "c", 100) == Ids{"c"});
}

TEST_CASE("graph: a criss-cross has two merge bases, the newer one first") {
  MemoryGraph graph;
  graph.add("root").add("a", {"root"}).add("b", {"root"});
  graph.add("c", {"a", "b"}).add("d", {"b", "a"});
  CHECK(merge_bases(graph, "c", "d", 100) == Ids{"b", "a"});
}

TEST_CASE("graph: unrelated histories have no merge base") {
  MemoryGraph graph;
  graph.add("a").add("b");
  CHECK(merge_bases(graph, "a", "b", 100) == Ids{});
}

TEST_CASE("graph: skewed clocks do not hide that one common ancestor descends from another") {
  MemoryGraph graph;
  graph.add("old").add("base", {"old"}).add("left", {"base", "old"}).add("right", {"old", "base"});
  graph.set_time("old", 1000);
  CHECK(merge_bases(graph, "left", "right", 100) == Ids{"base"});
}

TEST_CASE("graph: a missing commit on the way leaves the question open") {
  MemoryGraph graph;
  graph.add("left", {"gone"}).add("base").add("right", {"base"});
  CHECK_FALSE(merge_bases(graph, "left", "right", 100).has_value());
}

TEST_CASE("graph: a missing commit below the merge base does not matter") {
  MemoryGraph graph;
  graph.add("base", {"gone"}).add("left", {"base"}).add("right", {"base"});
  CHECK(merge_bases(graph, "left", "right", 100) == Ids{"base"});
}

TEST_CASE("graph: a missing commit that both sides reach is itself the merge base") {
  MemoryGraph graph;
  graph.add("left", {"gone"}).add("right", {"gone"});
  CHECK(merge_bases(graph, "left", "right", 100) == Ids{"gone"});
}

TEST_CASE("graph: a spent budget leaves the question open") {
  MemoryGraph graph;
  graph.add("0");
  for (int i = 1; i < 50; ++i) {
    graph.add(std::to_string(i), {std::to_string(i - 1)});
  }
  CHECK(merge_bases(graph, "0", "49", 50) == Ids{"0"});
  graph.reads = 0;
  CHECK_FALSE(merge_bases(graph, "0", "49", 20).has_value());
  CHECK(graph.reads <= 21);
}

TEST_CASE("graph: history below the merge base is not read") {
  MemoryGraph graph;
  graph.add("0");
  for (int i = 1; i < 500; ++i) {
    graph.add(std::to_string(i), {std::to_string(i - 1)});
  }
  graph.add("left", {"499"}).add("right", {"499"});
  CHECK(merge_bases(graph, "left", "right", 1000) == Ids{"499"});
  CHECK(graph.reads < 10);
}

TEST_CASE("graph: ancestry is answered both ways") {
  MemoryGraph graph;
  graph.add("a").add("b", {"a"}).add("c", {"b"}).add("x", {"a"});
  CHECK(is_ancestor(graph, "a", "c", 100) == true);
  CHECK(is_ancestor(graph, "c", "a", 100) == false);
  CHECK(is_ancestor(graph, "x", "c", 100) == false);
  CHECK(is_ancestor(graph, "b", "b", 100) == true);
}

TEST_CASE("graph: ancestry found is certain even where other commits are missing") {
  MemoryGraph graph;
  graph.add("a").add("b", {"a", "gone"});
  CHECK(is_ancestor(graph, "a", "b", 100) == true);
  graph.add("x");
  CHECK_FALSE(is_ancestor(graph, "x", "b", 100).has_value());
}

TEST_CASE("graph: a walk follows first parents up to its limit") {
  MemoryGraph graph;
  graph.add("a").add("side").add("b", {"a", "side"}).add("c", {"b"});
  CHECK(first_parent_walk(graph, "c", 10) == Ids{"c", "b", "a"});
  CHECK(first_parent_walk(graph, "c", 2) == Ids{"c", "b"});
  CHECK(first_parent_walk(graph, "c", 0).empty());
}

TEST_CASE("graph: a walk ends with the name of the first commit that is missing") {
  MemoryGraph graph;
  graph.add("c", {"gone"});
  CHECK(first_parent_walk(graph, "c", 10) == Ids{"c", "gone"});
}

}  // namespace
}  // namespace buildcache::git
