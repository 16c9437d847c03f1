#include "plan/candidates.hpp"

#include "world.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace buildcache::plan {

using config::RuleKind;
using Tags = std::vector<std::string>;

namespace {

std::string c(char digit) {
  return "api--c-" + commit(digit);
}

const Candidate& with_tag(const std::vector<Candidate>& all, const std::string& tag) {
  const auto found = std::ranges::find_if(
      all, [&tag](const Candidate& candidate) { return candidate.ref.tag == tag; });
  REQUIRE(found != all.end());
  return *found;
}

}  // namespace

TEST_CASE("candidates: a push to main looks for its commit, its branch and the commits before") {
  World world = push_to("main");
  CHECK(tags_of(world.candidates_of_api()) == Tags{c('a'), "api--b-main", c('b'), c('c')});
}

TEST_CASE("candidates: a push to a branch walks back from HEAD and ends at the base branch") {
  World world = push_to("feature");
  CHECK(tags_of(world.candidates_of_api()) ==
        Tags{c('a'), "api--b-feature", c('b'), c('c'), "api--b-main"});
}

TEST_CASE("candidates: a pull request walks from the tree base, then from the fork point") {
  World world = pull_request();
  CHECK(tags_of(world.candidates_of_api()) == Tags{"api--p-17",
                                                   c('a'),
                                                   c('d'),
                                                   "api--b-feature",
                                                   c('b'),
                                                   c('1'),
                                                   c('c'),
                                                   c('2'),
                                                   "api--b-main"});
}

TEST_CASE("candidates: a fork's branch is never taken for ours of the same name") {
  World world = fork_pull_request();
  world.ci.change->head_branch = "release";
  const Tags tags = tags_of(world.candidates_of_api());
  CHECK(std::ranges::find(tags, "api--b-release") == tags.end());
}

TEST_CASE("candidates: a merge queue walks from the commit it builds upon") {
  World world = pull_request();
  world.ci.change.reset();
  world.ci.event = ci::Event::merge_queue;
  world.ci.branch = "gh-readonly-queue/main/pr-17";
  world.ci.queue_base_branch = "main";
  world.git.change_head.clear();
  world.git.fork_point.reset();
  CHECK(tags_of(world.candidates_of_api()) == Tags{c('a'), c('b'), c('1'), "api--b-main"});
}

TEST_CASE("candidates: without bases a pull request walks back from HEAD") {
  World world = pull_request();
  world.git.tree_base.reset();
  world.git.fork_point.reset();
  const Tags tags = tags_of(world.candidates_of_api());
  CHECK(std::ranges::find(tags, c('1')) != tags.end());
}

TEST_CASE("candidates: of one walk only what lookback allows is looked for") {
  World world = pull_request();
  world.config.cache.lookback = 3;
  world.config.cache.fallback = {rule(RuleKind::merge_base, "merge-base")};
  CHECK(tags_of(world.candidates_of_api()) == Tags{c('b'), c('1'), c('c')});
}

TEST_CASE("candidates: each says why it is worth asking for") {
  World world = pull_request();
  const std::vector<Candidate> all = world.candidates_of_api();
  CHECK(with_tag(all, "api--p-17").why == "pull request 17");
  CHECK(with_tag(all, c('a')).why == "HEAD aaaaaaaaaaaa");
  CHECK(with_tag(all, c('d')).why == "the change's own head dddddddddddd");
  CHECK(with_tag(all, "api--b-feature").why == "the change's own branch feature");
  CHECK(with_tag(all, c('b')).why == "the tree base bbbbbbbbbbbb");
  CHECK(with_tag(all, c('1')).why == "1 commit before the tree base bbbbbbbbbbbb");
  CHECK(with_tag(all, c('2')).why == "1 commit before the fork point cccccccccccc");
  CHECK(with_tag(all, "api--b-main").why == "the base branch main");
  World push = push_to("main");
  CHECK(with_tag(push.candidates_of_api(), c('c')).why == "2 commits before HEAD aaaaaaaaaaaa");
}

TEST_CASE("candidates: a cache that several rules propose belongs to the first") {
  World world = push_to("feature");
  world.config.cache.fallback = {rule(RuleKind::default_branch, "default"),
                                 rule(RuleKind::base, "base")};
  const std::vector<Candidate> all = world.candidates_of_api();
  REQUIRE(all.size() == 1);
  CHECK(all.front().rule == "default");
}

TEST_CASE("candidates: a literal reference is read as it is, another tool's tag included") {
  World world = push_to("main");
  world.config.cache.fallback = {rule(RuleKind::literal, "quay.io/old/cache", "quay.io/old/cache"),
                                 rule(RuleKind::name, "name:nightly", "nightly")};
  const std::vector<Candidate> all = world.candidates_of_api();
  REQUIRE(all.size() == 2);
  CHECK(all[0].ref.location.repository.str() == "quay.io/old/cache");
  CHECK(all[0].ref.tag == "latest");
  CHECK_FALSE(all[0].scope.has_value());
  CHECK(all[1].ref.tag == "api--n-nightly");
  CHECK(all[1].rule == "name:nightly");
}

TEST_CASE("candidates: a literal reference pinned by digest stays pinned") {
  World world = push_to("main");
  const std::string pinned = "quay.io/old/cache@" + core::Digest::of("x").str();
  world.config.cache.fallback = {rule(RuleKind::literal, pinned, pinned)};
  const std::vector<Candidate> all = world.candidates_of_api();
  REQUIRE(all.size() == 1);
  CHECK(all[0].ref.digest == core::Digest::of("x"));
  CHECK(all[0].ref.tag.empty());
}

TEST_CASE("candidates: a trusted build refuses pull requests' caches and those of other branches") {
  World world = push_to("main");
  for (const std::string tag : {"api--p-17", "api--b-feature"}) {
    const std::string ref = "ghcr.io/acme/cache:" + tag;
    world.config.cache.fallback = {rule(RuleKind::literal, ref, ref)};
    const std::vector<Candidate> all = world.candidates_of_api();
    REQUIRE(all.size() == 1);
    CHECK(all[0].refused);
    CHECK(all[0].refused_why.find("protected builds do not read") != std::string::npos);
  }
}

TEST_CASE("candidates: a trusted build reads its own branch, the default branch and literals") {
  World world = push_to("release/1");
  world.ci.ref_protected = true;
  const std::string other = "ghcr.io/acme/cache:base--b-main";
  world.config.cache.fallback.push_back(rule(RuleKind::literal, other, other));
  for (const Candidate& candidate : world.candidates_of_api()) {
    CAPTURE(candidate.ref.tag);
    CHECK_FALSE(candidate.refused);
  }
}

TEST_CASE("candidates: an untrusted build may read other branches and pull requests") {
  World world = push_to("feature");
  const std::string ref = "ghcr.io/acme/cache:api--p-17";
  world.config.cache.fallback = {rule(RuleKind::literal, ref, ref)};
  CHECK_FALSE(world.candidates_of_api().front().refused);
}

TEST_CASE("candidates: without a repository only branches and names are looked for") {
  World world;
  world.git = {};
  world.ci = {};
  world.config.cache.fallback.push_back(rule(RuleKind::name, "name:nightly", "nightly"));
  CHECK(tags_of(world.candidates_of_api()) == Tags{"api--n-nightly"});
}

TEST_CASE(
    "candidates: a tag build looks for its commit, the commits before and the default branch") {
  World world;
  world.ci.event = ci::Event::tag;
  world.ci.tag = "v1";
  world.git.branch = "main";
  world.git.head_walk = {commit('b')};
  CHECK(tags_of(world.candidates_of_api()) == Tags{c('a'), c('b'), "api--b-main"});
}

TEST_CASE("candidates: not more than 32 come from other rules than the walk") {
  World world = push_to("main");
  world.config.cache.fallback.clear();
  for (int i = 0; i < 60; ++i) {
    const std::string name = "n" + std::to_string(i);
    world.config.cache.fallback.push_back(rule(RuleKind::name, "name:" + name, name));
  }
  CHECK(world.candidates_of_api().size() == 32);
}

TEST_CASE("candidates: a word that proposes none says why") {
  using Silent = std::vector<std::string>;
  const auto silent_of = [](World world) {
    Silent lines;
    for (const SilentRule& silent : silent_rules(world.facts(), world.candidates_of_api())) {
      lines.push_back(silent.rule + ": " + silent.why);
    }
    return lines;
  };
  CHECK(silent_of(push_to("main")) ==
        Silent{"pr: the run is for no pull request",
               "base: the run is for a branch or tag without a base branch",
               "default: what it proposes, a word before it has proposed"});
  CHECK(silent_of(fork_pull_request()).front() ==
        "branch: the branch is a fork's, and lives in another repository");
  World nothing = push_to("main");
  nothing.git = {};
  nothing.ci = {};
  CHECK(silent_of(nothing) == Silent{"pr: the run is for no pull request",
                                     "commit: there is no commit",
                                     "branch: the run is for no branch",
                                     "merge-base: no commit that the work is based on is known",
                                     "base: the run is for a branch or tag without a base branch",
                                     "default: nobody says which branch is the default"});
}

TEST_CASE("writes: a protected push writes its commit and its branch") {
  World world = push_to("main");
  CHECK(tags_of(writes(world.facts(), world.config.targets.front())) ==
        Tags{c('a'), "api--b-main"});
}

TEST_CASE("writes: a pull request writes its number alone") {
  World world = pull_request();
  CHECK(tags_of(writes(world.facts(), world.config.targets.front())) == Tags{"api--p-17"});
}

TEST_CASE("writes: a scope without anything to stand for is left out") {
  World world = push_to("main");
  world.git.head.clear();
  CHECK(tags_of(writes(world.facts(), world.config.targets.front())) == Tags{"api--b-main"});
}

TEST_CASE("branches: the base of a branch is the default branch, of a pull request what it names") {
  World feature = push_to("feature");
  CHECK(base_branch_of(feature.git, feature.ci) == "main");
  World main = push_to("main");
  CHECK(base_branch_of(main.git, main.ci).empty());
  World change = pull_request();
  change.ci.change->base_branch = "develop";
  CHECK(base_branch_of(change.git, change.ci) == "develop");
  CHECK(branch_of(change.git, change.ci).empty());
}

TEST_CASE("branches: CI's default branch goes before the clone's") {
  World world = push_to("main");
  world.git.upstream_default_branch = "trunk";
  CHECK(default_branch_of(world.git, world.ci) == "main");
  world.ci.default_branch.clear();
  CHECK(default_branch_of(world.git, world.ci) == "trunk");
}

}  // namespace buildcache::plan
