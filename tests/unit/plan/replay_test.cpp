#include "plan/replay.hpp"

#include "world.hpp"

#include <doctest/doctest.h>

namespace buildcache::plan {

using config::RuleKind;
using Distances = std::vector<std::size_t>;

namespace {

std::vector<config::FallbackRule> only(RuleKind kind, const std::string& word) {
  return {rule(kind, word)};
}

// Pushes of c, b and a to main, in this order.
std::vector<ReplayedBuild> three_pushes() {
  std::vector<ReplayedBuild> builds;
  const std::string ids = "cba";
  for (std::size_t i = 0; i < ids.size(); ++i) {
    World world = push_to("main");
    world.git.head = commit(ids[i]);
    world.git.head_walk.clear();
    for (std::size_t back = i; back > 0; --back) {
      world.git.head_walk.push_back(commit(ids[back - 1]));
    }
    builds.push_back({world.git, world.ci});
  }
  return builds;
}

}  // namespace

TEST_CASE("replay: the first build finds nothing, later ones the commit before") {
  World world = push_to("main");
  world.config.cache.fallback = only(RuleKind::merge_base, "merge-base");
  const FallbackTally tally = replay(world.config, three_pushes(), "walk");
  CHECK(tally.name == "walk");
  CHECK(tally.of(Finding::nothing) == 1);
  CHECK(tally.of(Finding::ancestor) == 2);
  CHECK(tally.distances == Distances{1, 1});
}

TEST_CASE("replay: the branch's own latest is told from the base branch's") {
  World world = push_to("main");
  world.config.cache.fallback = only(RuleKind::default_branch, "default");
  std::vector<ReplayedBuild> builds = three_pushes();
  const World change = pull_request();
  builds.push_back({change.git, change.ci});
  const FallbackTally tally = replay(world.config, builds, "latest");
  CHECK(tally.of(Finding::branch_tip) == 2);
  CHECK(tally.of(Finding::base_tip) == 1);
}

TEST_CASE("replay: a second build of a change finds its own cache, a push never does") {
  World world = pull_request();
  world.config.cache.fallback = only(RuleKind::pr, "pr");
  const ReplayedBuild change{world.git, world.ci};
  std::vector<ReplayedBuild> builds{change, change};
  const World push = push_to("main");
  builds.push_back({push.git, push.ci});
  const FallbackTally tally = replay(world.config, builds, "pr");
  CHECK(tally.of(Finding::own) == 1);
  CHECK(tally.of(Finding::nothing) == 2);
}

TEST_CASE("replay: a change finds its tree base before its fork point, when either was built") {
  World world = pull_request();
  world.config.cache.fallback = only(RuleKind::merge_base, "merge-base");
  World push = push_to("main");
  push.git.head_walk.clear();
  push.git.head = world.git.fork_point->commit;
  std::vector<ReplayedBuild> builds{{push.git, push.ci}, {world.git, world.ci}};
  CHECK(replay(world.config, builds, "").of(Finding::fork_point) == 1);

  push.git.head = world.git.tree_base->commit;
  builds.insert(builds.begin() + 1, {push.git, push.ci});
  const FallbackTally tally = replay(world.config, builds, "");
  CHECK(tally.of(Finding::tree_base) == 1);
  CHECK(tally.of(Finding::fork_point) == 0);
}

TEST_CASE("replay: a fork's change publishes nothing") {
  World world = fork_pull_request();
  world.config.cache.fallback = only(RuleKind::pr, "pr");
  const ReplayedBuild change{world.git, world.ci};
  CHECK(replay(world.config, {change, change}, "").of(Finding::nothing) == 2);
}

TEST_CASE("replay: a failed build publishes nothing") {
  World world = push_to("main");
  world.config.cache.fallback = only(RuleKind::merge_base, "merge-base");
  std::vector<ReplayedBuild> builds = three_pushes();
  builds[1].failed = true;
  CHECK(replay(world.config, builds, "walk").distances == Distances{1, 2});
}

TEST_CASE("replay: paths are compared between what was built and what the cache was made of") {
  World world = push_to("main");
  world.config.cache.fallback = only(RuleKind::default_branch, "default");
  std::vector<ReplayedBuild> builds = three_pushes();
  builds.push_back(builds.back());
  builds[0].tree_of = "one";
  builds[1].tree_of = "two";
  builds[2].tree_of = "two again";
  const auto changed = [](const std::string& before, const std::string& after) {
    return std::optional(before.substr(0, 3) != after.substr(0, 3));
  };
  const FallbackTally tally = replay(world.config, builds, "latest", changed);
  CHECK(tally.changed == 1);
  CHECK(tally.unchanged == 1);
  CHECK(tally.untold == 1);  // the last build's tree is not known
  const FallbackTally silent = replay(world.config, builds, "latest");
  CHECK(silent.changed + silent.unchanged + silent.untold == 0);
}

}  // namespace buildcache::plan
