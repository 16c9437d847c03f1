#include "git/deepen.hpp"

#include "memory_graph.hpp"

#include <doctest/doctest.h>

#include <deque>
#include <string>
#include <utility>
#include <vector>

namespace buildcache::git {
namespace {

using test::MemoryGraph;
using Ids = std::vector<std::string>;

// Answers each wish with the next graph, and fails the test when one is left or lacking.
class ScriptedHistory final : public MoreHistory {
 public:
  ~ScriptedHistory() override { CHECK(script.empty()); }

  core::Result<MoreCommits> more(const HistoryWish& wish) override {
    wishes.push_back(wish);
    REQUIRE(!script.empty());
    auto answer = script.front();
    script.pop_front();
    return answer;
  }

  std::deque<core::Result<MoreCommits>> script;
  std::vector<HistoryWish> wishes;
};

// m1 - m2 - m3 - m4 on main, c1 - c2 off m2, merge the test merge of c2 into m4.
struct Everything : MemoryGraph {
  Everything() {
    add("m1").add("m2", {"m1"}).add("c1", {"m2"}).add("m3", {"m2"}).add("c2", {"c1"});
    add("m4", {"m3"}).add("merge", {"m4", "c2"});
  }
};

Situation push_of_change() {
  Situation situation;
  situation.head = "c2";
  situation.parents = {"c1"};
  return situation;
}

Situation test_merge(Ids parents) {
  Situation situation;
  situation.head = "merge";
  situation.parents = std::move(parents);
  situation.is_change = true;
  return situation;
}

struct Asking {
  explicit Asking(CommitSource& clone) : commits(clone) {}

  Bases find(Situation situation, const std::string& base_branch) {
    return find_deep_bases(
        {commits, &history, "/src", true, 50}, std::move(situation), base_branch, asked);
  }

  LayeredCommits commits;
  ScriptedHistory history;
  std::optional<MoreAsked> asked;
};

core::Result<MoreCommits> failing() {
  return tl::unexpected(core::Error{core::ErrorKind::unavailable, "no way", std::nullopt, {}});
}

TEST_CASE("deepen: what the clone tells is not asked for") {
  Everything clone;
  Asking asking(clone);
  Situation situation = push_of_change();
  situation.base_tip = "m4";
  CHECK(asking.find(situation, "main").fork_point->commit == "m2");
  CHECK_FALSE(asking.asked.has_value());
}

TEST_CASE("deepen: a lacking base branch is asked for by name, and its tip is used") {
  MemoryGraph clone;
  clone.add("c2", {"c1"});
  Everything all;
  Asking asking(clone);
  asking.history.script = {MoreCommits{&all, "m4"}};
  const Bases bases = asking.find(push_of_change(), "main");
  REQUIRE(asking.history.wishes.size() == 1);
  CHECK(asking.history.wishes[0].root == "/src");
  CHECK(asking.history.wishes[0].commits == Ids{"c2"});
  CHECK(asking.history.wishes[0].branch == "main");
  CHECK(asking.history.wishes[0].depth == 200);
  CHECK(bases.tree_base->commit == "m2");
  CHECK(bases.tree_base->source == "fetched history");
  CHECK(bases.tree_base->walk == Ids{"m2", "m1"});
  CHECK(asking.asked->trouble.empty());
}

TEST_CASE("deepen: it is asked deeper until the graph tells, and not for ever") {
  MemoryGraph clone;
  clone.add("c2", {"c1"});
  MemoryGraph near;
  near.add("c2", {"c1"}).add("m4", {"m3"});
  Everything all;
  Asking asking(clone);
  asking.history.script = {MoreCommits{&near, "m4"}, MoreCommits{&all, "m4"}};
  CHECK(asking.find(push_of_change(), "main").fork_point->commit == "m2");
  CHECK(asking.asked->depth == 2'000);
  CHECK(asking.history.wishes[1].commits == Ids{"c2", "m4"});

  Asking in_vain(clone);
  in_vain.history.script = {
      MoreCommits{&near, "m4"}, MoreCommits{&near, "m4"}, MoreCommits{&near, "m4"}};
  const Bases bases = in_vain.find(push_of_change(), "main");
  CHECK_FALSE(bases.fork_point.has_value());
  CHECK(bases.tree_base->source == "base branch tip");
  CHECK(in_vain.asked->depth == 20'000);
}

TEST_CASE("deepen: a failure is kept, and what the clone knew stays") {
  MemoryGraph clone;
  clone.add("merge", {"m4", "c2"});
  Asking asking(clone);
  asking.history.script = {failing()};
  Situation situation = test_merge({"m4", "c2"});
  situation.change_head = "c2";
  const Bases bases = asking.find(situation, "main");
  CHECK(asking.asked->trouble == "no way");
  CHECK(asking.history.wishes[0].commits == Ids{"c2", "m4"});
  CHECK(bases.tree_base->commit == "m4");
  CHECK(bases.tree_base->source == "merge parents");
  CHECK_FALSE(bases.fork_point.has_value());
}

TEST_CASE(
    "deepen: parents that cannot be told apart are both asked for, and told apart by the base") {
  MemoryGraph clone;
  clone.add("merge", {"c2", "m4"});
  Everything all;
  Asking asking(clone);
  asking.history.script = {MoreCommits{&all, "m4"}};
  const Bases bases = asking.find(test_merge({"c2", "m4"}), "main");
  CHECK(asking.history.wishes[0].commits == Ids{"c2", "m4"});
  CHECK(bases.tree_base->commit == "m4");
  CHECK(bases.fork_point->commit == "m2");
  CHECK(bases.change_head == "c2");
}

TEST_CASE("deepen: nobody is asked where it cannot help") {
  MemoryGraph clone;
  clone.add("c2", {"c1"});
  Asking without_base(clone);
  CHECK_FALSE(without_base.find(push_of_change(), "").tree_base.has_value());
  CHECK_FALSE(without_base.asked.has_value());

  // A full clone that has its base holds all there is, whatever it says.
  clone.add("m4", {"m3"});
  LayeredCommits commits(clone);
  ScriptedHistory history;
  std::optional<MoreAsked> asked;
  Situation situation = push_of_change();
  situation.base_tip = "m4";
  const Deepening full{commits, &history, "/src", false, 50};
  CHECK_FALSE(find_deep_bases(full, situation, "main", asked).fork_point.has_value());
  CHECK(deep_walk(full, "c2", asked) == Ids{"c1"});
  CHECK_FALSE(asked.has_value());
}

TEST_CASE("deepen: a full clone that lacks the base's commits asks for them") {
  Everything all;
  MemoryGraph clone;
  clone.add("m1").add("m2", {"m1"}).add("c1", {"m2"}).add("c2", {"c1"});
  LayeredCommits commits(clone);
  ScriptedHistory history;
  history.script = {MoreCommits{&all, "m4"}};
  std::optional<MoreAsked> asked;
  Situation situation = push_of_change();
  situation.is_change = true;
  situation.stated_base = "m4";  // as the platform knows it: newer than what head contains
  const Bases bases =
      find_deep_bases({commits, &history, "/src", false, 50}, situation, "main", asked);
  CHECK(history.wishes.at(0).branch == "main");
  CHECK(bases.tree_base->commit == "m2");
  CHECK(bases.fork_point->commit == "m2");
}

TEST_CASE("deepen: HEAD's own walk is completed") {
  MemoryGraph clone;
  clone.add("m4", {"m3"});
  Everything all;
  Asking asking(clone);
  asking.history.script = {MoreCommits{&all, ""}};
  CHECK(deep_walk({asking.commits, &asking.history, "/src", true, 2}, "m4", asking.asked) ==
        Ids{"m3", "m2"});
  CHECK(asking.history.wishes[0].depth == 3);
}

}  // namespace
}  // namespace buildcache::git
