#include "plan/trust.hpp"

#include "world.hpp"

#include <doctest/doctest.h>

namespace buildcache::plan {

using config::TrustLevel;
using config::WriteScope;
using Scopes = std::vector<WriteScope>;

namespace {

Trust trust_of(const World& world) {
  return decide_trust(world.config, world.git, world.ci);
}

}  // namespace

TEST_CASE("trust: a push to the default branch is protected and writes commit and branch") {
  const Trust trust = trust_of(push_to("main"));
  CHECK(trust.level == TrustLevel::protected_branch);
  CHECK(trust.write == Scopes{WriteScope::commit, WriteScope::branch});
  CHECK(trust.reason == "push to the default branch main");
}

TEST_CASE("trust: a push to another branch writes that branch alone") {
  const Trust trust = trust_of(push_to("feature"));
  CHECK(trust.level == TrustLevel::branch);
  CHECK(trust.write == Scopes{WriteScope::branch});
  CHECK(trust.reason == "push to the branch feature");
}

TEST_CASE("trust: a protected branch is trusted like the default branch") {
  World world = push_to("release");
  world.ci.ref_protected = true;
  CHECK(trust_of(world).level == TrustLevel::protected_branch);
  CHECK(trust_of(world).reason == "push to the protected branch release");
}

TEST_CASE("trust: schedules and manual runs are trusted by the branch they run on") {
  for (const ci::Event event : {ci::Event::schedule, ci::Event::manual}) {
    World on_main = push_to("main");
    on_main.ci.event = event;
    CHECK(trust_of(on_main).level == TrustLevel::protected_branch);
    World on_feature = push_to("feature");
    on_feature.ci.event = event;
    CHECK(trust_of(on_feature).level == TrustLevel::branch);
  }
}

TEST_CASE("trust: a local run on the default branch is not trusted") {
  World world = push_to("main");
  world.ci.event = ci::Event::local;
  CHECK(trust_of(world).level == TrustLevel::branch);
  CHECK(trust_of(world).reason == "local run on the branch main");
}

TEST_CASE("trust: a local run whose branch is stated to be protected is trusted") {
  World world = push_to("main");
  world.ci.event = ci::Event::local;
  world.ci.ref_protected = true;
  CHECK(trust_of(world).level == TrustLevel::protected_branch);
}

TEST_CASE("trust: a pull request from the same repository writes its own scope") {
  const Trust trust = trust_of(pull_request());
  CHECK(trust.level == TrustLevel::pull_request);
  CHECK(trust.write == Scopes{WriteScope::pr});
  CHECK(trust.reason == "pull request 17 into main");
}

TEST_CASE("trust: a fork's pull request writes nothing, whatever the configuration grants") {
  World world = fork_pull_request();
  world.config.cache.write[TrustLevel::fork] = {WriteScope::commit, WriteScope::branch};
  const Trust trust = trust_of(world);
  CHECK(trust.level == TrustLevel::fork);
  CHECK(trust.write.empty());
  CHECK(trust.reason == "pull request 17 comes from a fork");
}

TEST_CASE("trust: a context that may only read is a fork even on the default branch") {
  World world = push_to("main");
  world.ci.forces_read_only = true;
  world.ci.read_only_reason = "ACTIONS_CACHE_MODE is read";
  CHECK(trust_of(world).level == TrustLevel::fork);
  CHECK(trust_of(world).reason == "ACTIONS_CACHE_MODE is read");
}

TEST_CASE("trust: an event that builds another commit than it runs for may only read") {
  World world = push_to("main");
  world.ci.event = ci::Event::other;
  world.ci.event_name = "issue_comment";
  CHECK(trust_of(world).level == TrustLevel::protected_branch);
  world.git.head = commit('e');
  CHECK(trust_of(world).level == TrustLevel::fork);
  CHECK(trust_of(world).reason ==
        "issue_comment runs for aaaaaaaaaaaa, but another commit is checked out");
}

TEST_CASE("trust: tags and releases write nothing by default") {
  World tag;
  tag.ci.event = ci::Event::tag;
  tag.ci.tag = "v1.2.0";
  CHECK(trust_of(tag).level == TrustLevel::tag);
  CHECK(trust_of(tag).write.empty());
  CHECK(trust_of(tag).reason == "build of the tag v1.2.0");
  World release = tag;
  release.ci.event = ci::Event::release;
  CHECK(trust_of(release).level == TrustLevel::tag);
  CHECK(trust_of(release).reason == "release v1.2.0");
}

TEST_CASE("trust: a merge queue writes commits") {
  World world;
  world.ci.event = ci::Event::merge_queue;
  world.ci.queue_base_branch = "main";
  CHECK(trust_of(world).level == TrustLevel::merge_queue);
  CHECK(trust_of(world).write == Scopes{WriteScope::commit});
}

TEST_CASE("trust: a dirty tree writes no commit") {
  World world = push_to("main");
  world.git.dirty = true;
  CHECK(trust_of(world).write == Scopes{WriteScope::branch});
}

TEST_CASE("trust: an untrusted level writes no commit, whatever the configuration grants") {
  World world = pull_request();
  world.config.cache.write[TrustLevel::pull_request] = {WriteScope::commit, WriteScope::pr};
  CHECK(trust_of(world).write == Scopes{WriteScope::pr});
}

TEST_CASE("trust: a scope that is granted twice is written once") {
  World world = push_to("feature");
  world.config.cache.write[TrustLevel::branch] = {WriteScope::branch, WriteScope::branch};
  CHECK(trust_of(world).write == Scopes{WriteScope::branch});
}

TEST_CASE("trust: protected, merge-queue and tag builds refuse all lower stamps") {
  for (const TrustLevel reader :
       {TrustLevel::protected_branch, TrustLevel::merge_queue, TrustLevel::tag}) {
    CHECK_FALSE(refuses(reader, "protected"));
    CHECK_FALSE(refuses(reader, "merge-queue"));
    for (const char* writer : {"branch", "pull-request", "tag", "fork", "PROTECTED", "root", ""}) {
      CAPTURE(writer);
      CHECK(refuses(reader, writer));
    }
  }
}

TEST_CASE("trust: branch, pull-request and fork builds refuse no stamp") {
  for (const TrustLevel reader : {TrustLevel::branch, TrustLevel::pull_request, TrustLevel::fork}) {
    CHECK_FALSE(refuses(reader, "fork"));
    CHECK_FALSE(refuses(reader, "root"));
  }
}

TEST_CASE("trust: a hostile branch name is shown on one printable line") {
  const Trust trust = trust_of(push_to("x\n::error::y" + std::string(300, 'z')));
  CHECK(trust.reason.find('\n') == std::string::npos);
  CHECK(trust.reason.size() < 200);
}

}  // namespace buildcache::plan
