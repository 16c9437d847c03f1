#include "git/read_facts.hpp"

#include "support/temp_repo.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

namespace buildcache::git {
namespace {

using support::run_git;
using support::TempDirectory;
using support::TempRepo;
using Ids = std::vector<std::string>;

Facts facts_of(const Request& request) {
  auto facts = read_facts(request);
  REQUIRE_MESSAGE(facts.has_value(), facts.error().message);
  return *facts;
}

Request request_for(const std::string& directory) {
  Request request;
  request.directory = directory;
  return request;
}

void check_point(const std::optional<BasePoint>& point,
                 const std::string& commit,
                 const std::string& source) {
  REQUIRE(point.has_value());
  CHECK(point->commit == commit);
  CHECK(point->source == source);
}

// A main branch that moved on after a change left it, and the test merge of both, as GitHub makes
// it: on refs/pull/1/merge, with main's tip as first parent.
struct Forge {
  TempRepo repo;
  std::string root, fork_point, change_head, main_tip, test_merge;

  Forge() {
    root = repo.commit("one");
    fork_point = repo.commit("two");
    repo.git({"checkout", "-q", "-b", "feature"});
    repo.commit("c1");
    change_head = repo.commit("c2");
    repo.git({"checkout", "-q", "main"});
    main_tip = repo.commit("three");
    repo.git({"checkout", "-q", "--detach"});
    test_merge = repo.merge({"feature"});
    repo.git({"update-ref", "refs/pull/1/merge", test_merge});
    repo.git({"checkout", "-q", "main"});
  }

  // Checks `reference` out as actions/checkout does; returns the work tree.
  [[nodiscard]] std::string checkout(const TempDirectory& directory,
                                     const std::string& reference,
                                     const Ids& depth) const {
    TempRepo clone(directory / "clone");
    run_git(directory.path().string(), {"init", "-q", "clone"});
    clone.git({"remote", "add", "origin", "file://" + repo.path()});
    Ids fetch = {"fetch", "-q", "--no-tags"};
    fetch.insert(fetch.end(), depth.begin(), depth.end());
    fetch.insert(fetch.end(), {"origin", "+" + reference + ":refs/remotes/pull/1/merge"});
    if (depth.empty()) {
      fetch.emplace_back("+refs/heads/*:refs/remotes/origin/*");
    }
    clone.git(fetch);
    clone.git({"checkout", "-q", "--detach", "refs/remotes/pull/1/merge"});
    return clone.path();
  }

  [[nodiscard]] Request change_request(const std::string& directory) const {
    Request request = request_for(directory);
    request.base_branch = "main";
    request.default_branch = "main";
    request.change_head = change_head;
    request.stated_base = fork_point;
    return request;
  }
};

TEST_CASE("git facts: a full clone of a test merge agrees with git merge-base") {
  const Forge forge;
  const TempDirectory directory;
  const TempRepo clone(forge.checkout(directory, "refs/pull/1/merge", {}));
  const Facts facts = facts_of(forge.change_request(clone.path()));
  CHECK(facts.root == clone.path());
  CHECK(facts.head == forge.test_merge);
  CHECK(facts.branch.empty());
  CHECK(facts.parents == Ids{forge.main_tip, forge.change_head});
  CHECK(facts.change_head == forge.change_head);
  CHECK_FALSE(facts.shallow);
  CHECK_FALSE(facts.dirty);
  CHECK(facts.notices.empty());
  check_point(facts.tree_base, forge.main_tip, "local graph");
  check_point(
      facts.fork_point, clone.ask({"merge-base", forge.change_head, "origin/main"}), "local graph");
  CHECK(facts.tree_base->walk == Ids{forge.main_tip, forge.fork_point, forge.root});
  CHECK(facts.head_walk == Ids{forge.main_tip, forge.fork_point, forge.root});
}

// As Jenkins does it: the base is merged into the change, which was fetched as origin/PR-1.
TEST_CASE("git facts: a merge made by Jenkins is told by the tip the change was fetched as") {
  Forge forge;
  forge.repo.git({"update-ref", "refs/remotes/origin/PR-1", forge.change_head});
  forge.repo.git({"checkout", "-q", "--detach", forge.change_head});
  const std::string merge = forge.repo.merge({"main"});
  forge.repo.git({"branch", "-q", "-D", "main"});
  Request request = request_for(forge.repo.path());
  request.base_branch = "main";
  request.change_fetched_as = "PR-1";
  const Facts facts = facts_of(request);
  CHECK(facts.head == merge);
  CHECK(facts.parents == Ids{forge.change_head, forge.main_tip});
  CHECK(facts.change_head == forge.change_head);
  check_point(facts.tree_base, forge.main_tip, "local graph");
  check_point(facts.fork_point, forge.fork_point, "local graph");
}

TEST_CASE("git facts: a change's head that merged its base is no test merge of Jenkins") {
  Forge forge;
  forge.repo.git({"checkout", "-q", "feature"});
  const std::string head = forge.repo.merge({"main"});
  forge.repo.git({"update-ref", "refs/remotes/origin/PR-1", head});
  forge.repo.git({"checkout", "-q", "--detach", head});
  Request request = request_for(forge.repo.path());
  request.base_branch = "main";
  request.change_fetched_as = "PR-1";
  const Facts facts = facts_of(request);
  CHECK(facts.change_head.empty());
  check_point(facts.tree_base, forge.main_tip, "local graph");
  check_point(facts.fork_point, forge.main_tip, "local graph");
}

TEST_CASE("git facts: a depth-1 checkout of a test merge finds the tree base without network") {
  const Forge forge;
  const TempDirectory directory;
  const TempRepo clone(forge.checkout(directory, "refs/pull/1/merge", {"--depth=1"}));
  const Facts facts = facts_of(forge.change_request(clone.path()));
  CHECK(facts.shallow);
  CHECK(facts.parents == Ids{forge.main_tip, forge.change_head});
  CHECK(facts.change_head == forge.change_head);
  check_point(facts.tree_base, forge.main_tip, "merge parents");
  CHECK(facts.tree_base->walk == Ids{forge.main_tip});
  CHECK_FALSE(facts.fork_point.has_value());
  CHECK(facts.notices.empty());
}

TEST_CASE("git facts: a deep enough checkout knows both facts though it is shallow") {
  const Forge forge;
  const TempDirectory directory;
  const TempRepo clone(forge.checkout(directory, "refs/pull/1/merge", {"--depth=4"}));
  REQUIRE(clone.ask({"rev-parse", "--is-shallow-repository"}) == "true");
  const Facts facts = facts_of(forge.change_request(clone.path()));
  check_point(facts.tree_base, forge.main_tip, "local graph");
  check_point(facts.fork_point, forge.fork_point, "local graph");
}

TEST_CASE("git facts: a depth-1 checkout of the change's head says what it cannot know") {
  const Forge forge;
  const TempDirectory directory;
  const TempRepo clone(forge.checkout(directory, "refs/heads/feature", {"--depth=1"}));
  const Facts facts = facts_of(forge.change_request(clone.path()));
  check_point(facts.tree_base, forge.fork_point, "CI event");
  CHECK_FALSE(facts.fork_point.has_value());
  REQUIRE(facts.notices.size() == 1);
  CHECK(facts.notices.front().remedy.find("fetch-depth") != std::string::npos);
}

TEST_CASE("git facts: a depth-1 push to the default branch still names its parent") {
  const Forge forge;
  const TempDirectory directory;
  const TempRepo clone(forge.checkout(directory, "refs/heads/main", {"--depth=1"}));
  Request request = request_for(clone.path());
  request.branch = "main";
  request.default_branch = "main";
  request.wants_bases = false;
  const Facts facts = facts_of(request);
  CHECK(facts.head_walk == Ids{forge.fork_point});
  CHECK_FALSE(facts.tree_base.has_value());
  CHECK_FALSE(facts.fork_point.has_value());
  CHECK(facts.notices.empty());
}

TEST_CASE("git facts: a push to another branch has its merge-base with the default branch twice") {
  const Forge forge;
  forge.repo.git({"checkout", "-q", "feature"});
  Request request = request_for(forge.repo.path());
  request.default_branch = "main";
  const Facts facts = facts_of(request);
  CHECK(facts.branch == "feature");
  check_point(facts.tree_base, forge.repo.ask({"merge-base", "feature", "main"}), "local graph");
  check_point(facts.fork_point, facts.tree_base->commit, "local graph");
}

TEST_CASE("git facts: the default branch itself has no base") {
  const Forge forge;
  Request request = request_for(forge.repo.path());
  request.default_branch = "main";
  const Facts facts = facts_of(request);
  CHECK(facts.branch == "main");
  CHECK_FALSE(facts.tree_base.has_value());
  CHECK(facts.notices.empty());
}

TEST_CASE("git facts: the clone's origin/HEAD names the default branch when nobody else does") {
  const Forge forge;
  const TempDirectory directory;
  run_git(directory.path().string(), {"clone", "-q", "-b", "feature", forge.repo.path(), "clone"});
  const Facts facts = facts_of(request_for(directory / "clone"));
  CHECK(facts.upstream_default_branch == "main");
  check_point(facts.tree_base, forge.fork_point, "local graph");
}

TEST_CASE("git facts: without a default branch the bases are left out, saying so") {
  TempRepo repo;
  repo.commit("one");
  const Facts facts = facts_of(request_for(repo.path()));
  CHECK_FALSE(facts.tree_base.has_value());
  REQUIRE(facts.notices.size() == 1);
  CHECK(facts.notices.front().message.find("default branch") != std::string::npos);
}

TEST_CASE("git facts: a criss-cross gives one of git's merge bases") {
  TempRepo repo;
  repo.commit("root");
  repo.git({"checkout", "-q", "-b", "feature"});
  const std::string left = repo.commit("left");
  repo.git({"checkout", "-q", "main"});
  const std::string right = repo.commit("right");
  repo.merge({left});
  repo.git({"checkout", "-q", "feature"});
  repo.merge({right});
  Request request = request_for(repo.path());
  request.default_branch = "main";
  const Facts facts = facts_of(request);
  check_point(facts.fork_point, right, "local graph");
  CHECK(repo.ask({"merge-base", "--all", "feature", "main"}).find(right) != std::string::npos);
}

TEST_CASE("git facts: an octopus merge keeps all its parents") {
  TempRepo repo;
  const std::string root = repo.commit("root");
  Ids parents;
  for (const std::string name : {"a", "b", "c"}) {
    repo.git({"checkout", "-q", "-b", name, root});
    parents.push_back(repo.commit(name));
  }
  repo.git({"checkout", "-q", "-b", "octopus", "a"});
  repo.merge({"b", "c"});
  Request request = request_for(repo.path());
  request.default_branch = "main";
  const Facts facts = facts_of(request);
  CHECK(facts.parents == parents);
  check_point(facts.fork_point, root, "local graph");
}

TEST_CASE("git facts: unrelated histories have no base") {
  TempRepo repo;
  repo.commit("root");
  repo.git({"checkout", "-q", "--orphan", "island"});
  repo.commit("island");
  Request request = request_for(repo.path());
  request.default_branch = "main";
  CHECK_THROWS(repo.git({"merge-base", "island", "main"}));
  CHECK_FALSE(facts_of(request).fork_point.has_value());
}

TEST_CASE("git facts: a merge queue's stated base is its tree base") {
  const Forge forge;
  Request request = request_for(forge.repo.path());
  request.head = forge.test_merge;
  request.base_branch = "main";
  request.stated_tree_base = forge.main_tip;
  const Facts facts = facts_of(request);
  check_point(facts.tree_base, forge.main_tip, "CI event");
  check_point(facts.fork_point, forge.fork_point, "local graph");
}

TEST_CASE("git facts: a base given by a person beats the graph and may be a revision") {
  const Forge forge;
  Request request = forge.change_request(forge.repo.path());
  request.head = "feature";
  request.given_tree_base = "main~1";
  check_point(facts_of(request).tree_base, forge.fork_point, "command line");
  request.given_tree_base = "nothing-like-that";
  const auto failed = read_facts(request);
  REQUIRE_FALSE(failed.has_value());
  CHECK(failed.error().kind == core::ErrorKind::facts);
}

TEST_CASE("git facts: an override of HEAD that names no commit is an error") {
  const Forge forge;
  Request request = request_for(forge.repo.path());
  request.head = std::string(40, 'e');
  const auto failed = read_facts(request);
  REQUIRE_FALSE(failed.has_value());
  CHECK(failed.error().kind == core::ErrorKind::facts);
}

TEST_CASE("git facts: what a platform states is left out when it is no commit id") {
  const Forge forge;
  Request request = forge.change_request(forge.repo.path());
  request.head = "feature";
  request.change_head = "$(reboot)\n::error::";
  const Facts facts = facts_of(request);
  check_point(facts.tree_base, forge.fork_point, "local graph");
  REQUIRE(facts.notices.size() == 1);
  CHECK(facts.notices.front().message.find('\n') == std::string::npos);
}

TEST_CASE("git facts: no repository and an unborn branch are no errors") {
  const TempDirectory empty;
  const Facts nothing = facts_of(request_for(empty.path().string()));
  CHECK(nothing.root.empty());
  CHECK(nothing.notices.size() == 1);
  const TempRepo repo;
  const Facts unborn = facts_of(request_for(repo.path()));
  CHECK(unborn.root == repo.path());
  CHECK(unborn.head.empty());
  CHECK(unborn.branch == "main");
  CHECK(unborn.notices.size() == 1);
}

TEST_CASE("git facts: tags and a dirty tree are seen") {
  TempRepo repo;
  repo.commit("one");
  repo.git({"tag", "v1"});
  repo.write("new", "x");
  const Facts facts = facts_of(request_for(repo.path()));
  CHECK(facts.tags == Ids{"v1"});
  CHECK(facts.dirty);
}

TEST_CASE("git facts: walks are as long as lookback says") {
  TempRepo repo;
  for (int i = 0; i < 6; ++i) {
    repo.commit("file");
  }
  Request request = request_for(repo.path());
  request.default_branch = "main";
  request.lookback = 3;
  CHECK(facts_of(request).head_walk.size() == 3);
  request.lookback = 0;
  CHECK(facts_of(request).head_walk.empty());
}

TEST_CASE("git facts: a small repository is read in a few milliseconds") {
  const Forge forge;
  const Request request = forge.change_request(forge.repo.path());
  facts_of(request);
  const auto start = std::chrono::steady_clock::now();
  facts_of(request);
  const auto spent = std::chrono::steady_clock::now() - start;
  // Generous for loaded machines; usual is below one.
  CHECK(std::chrono::duration_cast<std::chrono::milliseconds>(spent).count() < 100);
}

}  // namespace
}  // namespace buildcache::git
