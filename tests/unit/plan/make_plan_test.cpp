#include "plan/make_plan.hpp"

#include "core/cache_tag.hpp"
#include "store/spec.hpp"
#include "world.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace buildcache::plan {

using config::Push;
using Strings = std::vector<std::string>;

namespace {

const TargetPlan& only_target(const core::Result<Plan>& plan) {
  REQUIRE_MESSAGE(plan.has_value(), (plan ? "" : plan.error().message));
  REQUIRE(plan->targets.size() == 1);
  return plan->targets.front();
}

core::ErrorKind failure_of(const core::Result<Plan>& plan) {
  REQUIRE_FALSE(plan.has_value());
  return plan.error().kind;
}

config::Target second_target() {
  config::Target web;
  web.name = "web";
  return web;
}

std::string without_push_why(World world) {
  return only_target(world.planned()).build.push_skipped_why;
}

}  // namespace

TEST_CASE("plan: chosen caches are imported by the digest that was probed") {
  World world = push_to("main");
  const auto plan = world.planned({absent(), found("x"), absent(), absent()});
  const TargetPlan& target = only_target(plan);
  REQUIRE(target.cache_from.size() == 1);
  CHECK(target.cache_from[0].get("ref") ==
        "ghcr.io/acme/cache:api--b-main@" + core::Digest::of("x").str());
  CHECK(target.candidates[1].chosen);
  CHECK_FALSE(target.candidates[0].chosen);
}

TEST_CASE("plan: a target exports once, to a staging ref, and is published under each scope") {
  World world = push_to("main");
  const auto plan = world.planned();
  const TargetPlan& target = only_target(plan);
  REQUIRE_FALSE(target.exports.empty());
  const auto staging = core::decode(target.exports.front().staging.tag);
  REQUIRE(staging.has_value());
  CHECK(staging->tag.scope.kind == core::ScopeKind::staging);
  CHECK(staging->tag.scope.value.size() == 16);
  CHECK(target.exports.front().specs.size() == 2);
  CHECK(target.exports.front().staging_spec.get("mode") == "max");
  CHECK(target.exports.front().stamp == store::Stamp{commit('a'), "main", "", "protected"});
}

TEST_CASE("plan: the staging ref depends on the scopes alone") {
  World first = push_to("main");
  World second = push_to("main");
  second.config.cache.max_sources = 1;
  const std::string tag = only_target(first.planned()).exports.front().staging.tag;
  CHECK(only_target(second.planned()).exports.front().staging.tag == tag);
}

TEST_CASE("plan: two branches never share a staging ref") {
  World one = push_to("one");
  World other = push_to("other");
  CHECK(only_target(one.planned()).exports.front().staging.tag !=
        only_target(other.planned()).exports.front().staging.tag);
}

TEST_CASE("plan: a scope is current when a readable cache of this commit is there") {
  struct Case {
    store::Answer answer;
    bool dirty;
    bool current;
  };
  const std::vector<Case> cases{{found("x", "protected", commit('a')), false, true},
                                {found("x", "merge-queue", commit('a')), false, true},
                                {found("x", "branch", commit('a')), false, false},
                                {found("x", "protected", commit('b')), false, false},
                                {found("x"), false, false},
                                {absent(), false, false},
                                {found("x", "protected", commit('a')), true, false}};
  for (const Case& one : cases) {
    World world = push_to("main");
    world.git.dirty = one.dirty;
    world.config.cache.write[config::TrustLevel::protected_branch] = {config::WriteScope::branch};
    const Facts facts = world.facts();
    const TargetFacts target{
        "api", {}, {}, writes(facts, world.config.targets.front()), {one.answer}};
    const auto plan = make_plan(facts, world.capabilities, {target}, world.wishes);
    CHECK(only_target(plan).exports.front().writes.front().current == one.current);
  }
}

TEST_CASE("plan: a dirty tree's cache is stamped so that no clean build takes it for its own") {
  World world = push_to("main");
  world.git.dirty = true;
  const auto plan = world.planned();
  CHECK(only_target(plan).exports.front().stamp.revision == commit('a') + "-dirty");
  CHECK(has_notice(*plan, "no cache of the scope commit is written: the work tree has changes"));
}

TEST_CASE("plan: a stamp names the change, the queue's branch or the tag it was written for") {
  World change = pull_request();
  CHECK(only_target(change.planned()).exports.front().stamp.ref_name == "pull/17");
  World queue = push_to("main");
  queue.ci.event = ci::Event::merge_queue;
  queue.ci.queue_base_branch = "main";
  CHECK(only_target(queue.planned()).exports.front().stamp.ref_name == "main");
}

TEST_CASE("plan: a fork exports nothing and says why") {
  World world = fork_pull_request();
  const auto plan = world.planned();
  CHECK(only_target(plan).exports.empty());
  CHECK(only_target(plan).no_export_why ==
        "fork builds write no cache (pull request 17 comes from a fork)");
}

TEST_CASE("plan: --no-cache-export exports nothing") {
  World world = push_to("main");
  world.wishes.cache_export = false;
  CHECK(only_target(world.planned()).no_export_why == "--no-cache-export");
}

TEST_CASE("plan: --no-cache imports nothing, uses no cached step, and still exports") {
  World world = push_to("main");
  world.wishes.no_cache = true;
  const auto plan = world.planned({found("x")});
  const TargetPlan& target = only_target(plan);
  CHECK(target.cache_from.empty());
  CHECK(target.build.no_cache);
  CHECK_FALSE(target.exports.empty());
  CHECK(target.candidates[0].passed_over == "--no-cache");
  CHECK(target.candidates[1].answer.reason == "--no-cache");
}

TEST_CASE("plan: a builder that cannot export builds, and the remedy is told once") {
  World world = push_to("main");
  world.config.targets.push_back(second_target());
  world.capabilities.registry_export = false;
  world.capabilities.why_no_export = "turn on the containerd image store";
  const auto plan = world.planned();
  REQUIRE(plan.has_value());
  CHECK(plan->targets[0].exports.empty());
  CHECK(plan->targets[1].exports.empty());
  CHECK(std::ranges::count(
            plan->notices, "turn on the containerd image store", &core::Notice::remedy) == 1);
}

TEST_CASE("plan: what the builder does not know is not asked of it") {
  World world = push_to("main");
  world.capabilities.zstd = false;
  world.capabilities.image_manifest = false;
  world.capabilities.ignore_error = false;
  const auto plan = world.planned();
  const TargetPlan& target = only_target(plan);
  CHECK(target.build.compression == config::Compression::gzip);
  CHECK(target.exports.front().staging_spec.get("image-manifest").empty());
  CHECK(target.exports.front().staging_spec.get("ignore-error").empty());
  CHECK_FALSE(has_notice(*plan, "zstd"));
}

TEST_CASE("plan: image and cache are compressed alike, with zstd where nobody says otherwise") {
  World world = push_to("main");
  CHECK(only_target(world.planned()).build.compression == config::Compression::zstd);
  CHECK(only_target(world.planned()).exports.front().staging_spec.get("compression") == "zstd");
  world.config.cache.compression = config::Compression::uncompressed;
  CHECK(only_target(world.planned()).build.compression == config::Compression::uncompressed);
}

TEST_CASE("plan: zstd that was asked for and is not known falls back to gzip with a notice") {
  World world = push_to("main");
  world.config.cache.compression = config::Compression::zstd;
  world.capabilities.zstd = false;
  const auto plan = world.planned();
  CHECK(only_target(plan).build.compression == config::Compression::gzip);
  CHECK(has_notice(*plan, "does not know zstd"));
}

TEST_CASE("plan: placeholders are filled in tags, labels and arguments") {
  World world = push_to("main");
  world.config.targets[0].labels = {{"revision", "{sha}"}};
  world.config.targets[0].args = {{"VERSION", "{branch}"}};
  const Build build = only_target(world.planned()).build;
  CHECK(build.tags == Strings{"ghcr.io/acme/api:aaaaaaaaaaaa"});
  CHECK(build.labels.at("revision") == commit('a'));
  CHECK(build.args.at("VERSION") == "main");
}

TEST_CASE("plan: a tag, label or argument without its value is left out with a notice") {
  World world = push_to("main");
  world.config.targets[0].tags.emplace_back("ghcr.io/acme/api:{tag}");
  world.config.targets[0].labels = {{"version", "{tag}"}};
  world.config.targets[0].args = {{"VERSION", "{tag}"}};
  const auto plan = world.planned();
  const Build build = only_target(plan).build;
  CHECK(build.tags == Strings{"ghcr.io/acme/api:aaaaaaaaaaaa"});
  CHECK(build.labels.empty());
  CHECK(build.args.empty());
  CHECK(has_notice(*plan, "the tag ghcr.io/acme/api:{tag} is left out"));
  CHECK(has_notice(*plan, "the label version is left out"));
  CHECK(has_notice(*plan, "the argument VERSION is left out"));
}

TEST_CASE("plan: a tag that is no reference once filled in is an error of the configuration") {
  World world = push_to("main");
  world.config.targets[0].tags = {"ghcr.io/acme/api:{sha}{sha}{sha}{sha}"};
  const auto plan = world.planned();
  CHECK(failure_of(plan) == core::ErrorKind::config);
}

TEST_CASE("plan: a product is pushed when asked for") {
  World world = push_to("main");
  CHECK_FALSE(only_target(world.planned()).build.push);
  world.config.targets[0].push = Push::trusted;
  CHECK(only_target(world.planned()).build.push);
  CHECK(without_push_why(world).empty());
}

TEST_CASE("plan: --no-push skips the push and says so") {
  World world = push_to("main");
  world.config.targets[0].push = Push::always;
  world.wishes.push = false;
  CHECK(without_push_why(world) == "--no-push");
}

TEST_CASE("plan: in a fork's context only `push: always` pushes") {
  World world = fork_pull_request();
  world.config.targets[0].push = Push::trusted;
  CHECK(without_push_why(world) ==
        "pull request 17 comes from a fork, and only `push: always` pushes then");
  world.config.targets[0].push = Push::always;
  CHECK(only_target(world.planned()).build.push);
}

TEST_CASE("plan: a push without any tag that applies is skipped and says so") {
  World world = push_to("main");
  world.config.targets[0].push = Push::trusted;
  world.config.targets[0].tags = {"ghcr.io/acme/api:{tag}"};
  CHECK(without_push_why(world) == "none of the target's tags applies to this run");
}

TEST_CASE("plan: a push without tags is an error of the configuration") {
  World world = push_to("main");
  world.config.targets[0].push = Push::trusted;
  world.config.targets[0].tags.clear();
  CHECK(failure_of(world.planned()) == core::ErrorKind::config);
}

TEST_CASE("plan: two targets with one tag are refused, short forms included") {
  World world = push_to("main");
  world.config.targets.push_back(second_target());
  world.config.targets[0].tags = {"docker.io/acme/shop:latest"};
  world.config.targets[1].tags = {"acme/shop"};
  const auto plan = world.planned();
  CHECK(failure_of(plan) == core::ErrorKind::config);
  CHECK(
      plan.error().message ==
      "docker.io/acme/shop:latest would be written twice: as a tag of 'api' and as a tag of 'web'");
}

TEST_CASE("plan: a tag that is a cache of ours is refused") {
  World world = push_to("main");
  world.config.targets[0].tags = {"ghcr.io/acme/cache:api--b-{branch}"};
  CHECK(failure_of(world.planned()) == core::ErrorKind::config);
}

TEST_CASE("plan: an argument that looks like a secret is warned about, without its value") {
  World world = push_to("main");
  world.config.targets[0].args = {
      {"NPM_TOKEN", "hunter2"}, {"api_key", "hunter2"}, {"MONKEY", "banana"}, {"DB_PASSWORD", ""}};
  const auto plan = world.planned();
  CHECK(has_notice(*plan, "the argument NPM_TOKEN looks like a secret"));
  CHECK(has_notice(*plan, "the argument api_key looks like a secret"));
  CHECK_FALSE(has_notice(*plan, "MONKEY"));
  CHECK_FALSE(has_notice(*plan, "DB_PASSWORD"));
  CHECK_FALSE(has_notice(*plan, "hunter2"));
}

TEST_CASE("plan: each kind of trouble with the store is told once, with its remedy") {
  World world = push_to("main");
  world.config.targets.push_back(second_target());
  store::Answer denied;
  denied.verdict = store::Verdict::unauthorized;
  denied.reason = "401 from ghcr.io";
  const auto plan = world.planned({denied, denied, denied, denied});
  REQUIRE(plan.has_value());
  CHECK(has_notice(*plan, "8 caches in ghcr.io/acme/cache could not be asked for"));
  CHECK(plan->notices.size() == 1);
}

TEST_CASE("plan: a cache that is there and is not read is told by name") {
  World world = push_to("main");
  store::Answer large = found("x");
  large.verdict = store::Verdict::unusable;
  large.reason = "config is 1.3 MiB";
  const auto plan = world.planned({large, found("y", "branch", commit('e'))});
  CHECK(has_notice(*plan, "exists but cannot be imported: config is 1.3 MiB"));
  CHECK(has_notice(*plan, "exists but is not read: written by a branch build"));
}

TEST_CASE("plan: unstamped caches are accepted at a trusted level with one notice per target") {
  World world = push_to("main");
  const auto plan = world.planned({found("x"), found("y")});
  CHECK(only_target(plan).chosen.size() == 2);
  CHECK(std::ranges::count_if(plan->notices, [](const core::Notice& notice) {
          return notice.message.find("no stamp of ours") != std::string::npos;
        }) == 1);
  World feature = push_to("feature");
  CHECK_FALSE(has_notice(*feature.planned({found("x")}), "no stamp of ours"));
}

TEST_CASE("plan: everybody's notices are in the plan") {
  World world = push_to("main");
  world.config.notices = {{core::Severity::notice, "from config", "", ""}};
  world.ci.notices = {{core::Severity::notice, "from ci", "", ""}};
  world.git.notices = {{core::Severity::notice, "from git", "", ""}};
  const auto plan = world.planned();
  CHECK(has_notice(*plan, "from config"));
  CHECK(has_notice(*plan, "from ci"));
  CHECK(has_notice(*plan, "from git"));
}

TEST_CASE("plan: an unknown default branch is told, and so is an engine nobody asked") {
  World world = push_to("main");
  world.ci.default_branch.clear();
  world.capabilities.assumed = true;
  const auto plan = world.planned();
  CHECK(has_notice(*plan, "the default branch is unknown"));
  CHECK(has_notice(*plan, "no engine was asked"));
  World change = pull_request();
  change.ci.default_branch.clear();
  CHECK_FALSE(has_notice(*change.planned(), "the default branch is unknown"));
}

TEST_CASE("plan: the builder is the one in use, else the configured one") {
  World world = push_to("main");
  world.config.builder.use = "mine";
  CHECK(world.planned()->builder.name == "mine");
  world.capabilities.builder = "theirs";
  CHECK(world.planned()->builder.name == "theirs");
}

TEST_CASE("plan: a local store is read and written by directory") {
  World world = push_to("main");
  world.location = {config::StoreKind::local, {}, "/var/cache/buildcache"};
  const auto plan = world.planned({found("x")});
  const TargetPlan& target = only_target(plan);
  CHECK(target.cache_from.front().type == "local");
  CHECK(target.exports.front().staging_spec.type == "local");
}

TEST_CASE("plan: a target's no-cache imports nothing and says why, and still writes") {
  World world = push_to("main");
  world.config.targets.front().options.no_cache = true;
  const auto plan = world.planned({found("m1", "protected")});
  REQUIRE(plan.has_value());
  const TargetPlan& target = plan->targets.front();
  CHECK(target.build.no_cache);
  CHECK(target.cache_from.empty());
  CHECK(target.candidates.front().passed_over == "the target's `no-cache`");
  CHECK_FALSE(target.exports.empty());
}

TEST_CASE("plan: annotations are filled in as labels are") {
  World world = push_to("feat/a");
  world.config.targets.front().options.annotations = {{"index:a", "{branch}"}, {"b", "{tag}"}};
  const auto plan = world.planned();
  REQUIRE(plan.has_value());
  CHECK(plan->targets.front().build.options.annotations ==
        std::map<std::string, std::string>{{"index:a", "feat/a"}});
  CHECK(has_notice(*plan, "the annotation b is left out"));
}

TEST_CASE("plan: several platforms are loaded by the engine's own builder alone") {
  World world = push_to("main");
  config::Target& target = world.config.targets.front();
  target.options.load = true;
  target.platforms = {"linux/amd64", "linux/arm64"};
  world.capabilities.driver = "docker";
  CHECK(world.planned().has_value());
  world.capabilities.driver = "docker-container";
  const auto refused = world.planned();
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().kind == core::ErrorKind::config);
  CHECK_FALSE(refused.error().hint.empty());
}

TEST_CASE("plan: a builder made because the engine's cannot export loads what is not pushed") {
  World world = push_to("main");
  world.ci.provider = ci::Provider::gitlab;
  world.config.targets.front().push = config::Push::never;
  world.capabilities.driver = "docker";
  world.capabilities.registry_export = false;
  world.capabilities.local_export = false;
  const auto plan = world.planned();
  REQUIRE(plan.has_value());
  CHECK(plan->builder.create);
  CHECK(plan->targets.front().build.load);
  CHECK_FALSE(plan->targets.front().exports.empty());
  CHECK(has_notice(*plan, "a docker-container builder is made for this run"));
}

TEST_CASE("plan: on several nodes each platform has caches of its own") {
  World world = push_to("main");
  config::Target& target = world.config.targets.front();
  target.platforms = {"linux/amd64", "linux/arm64"};
  const auto together = world.planned();
  REQUIRE(together.has_value());
  CHECK(only_target(together).exports.size() == 1);
  CHECK(only_target(together).exports.front().platform.empty());

  world.config.builder.nodes.resize(2);
  const auto apart = world.planned({found("one"), found("two")});
  REQUIRE(apart.has_value());
  const TargetPlan& planned = only_target(apart);
  REQUIRE(planned.exports.size() == 2);
  CHECK(planned.exports[0].platform == "linux/amd64");
  CHECK(planned.exports[1].writes[1].ref.tag == "api--on-linux-arm64--b-main");
  CHECK(planned.exports[0].staging.tag != planned.exports[1].staging.tag);
  // The nearest of each platform, and the base of each.
  CHECK(planned.cache_from.size() == planned.chosen.size());
  const auto platform_of = [&](std::size_t i) {
    return core::decode(planned.candidates[planned.chosen[i]].candidate.ref.tag)->tag.platform;
  };
  CHECK(platform_of(0) == "linux/amd64");
  CHECK(platform_of(planned.chosen.size() - 1) == "linux/arm64");
}

TEST_CASE("plan: a literal cache is imported once, however many platforms choose it") {
  World world = push_to("main");
  world.config.cache.fallback = {
      rule(config::RuleKind::literal, "ghcr.io/acme/old:1", "ghcr.io/acme/old:1")};
  world.config.targets.front().platforms = {"linux/amd64", "linux/arm64"};
  world.config.builder.nodes.resize(2);
  const auto plan = world.planned({found("old")});
  REQUIRE(plan.has_value());
  CHECK(only_target(plan).cache_from.size() == 1);
  CHECK(only_target(plan).chosen.size() == 1);
}

TEST_CASE("plan: an inline cache goes out as an image of its own, from any engine") {
  World world = push_to("main");
  world.ci.provider = ci::Provider::gitlab;
  world.config.cache.store = config::StoreKind::in_image;
  world.location.kind = config::StoreKind::in_image;
  world.capabilities.driver = "docker";
  world.capabilities.registry_export = false;
  world.capabilities.local_export = false;
  const auto plan = world.planned();
  REQUIRE(plan.has_value());
  CHECK_FALSE(plan->builder.create);
  const CacheExport& one = only_target(plan).exports.front();
  CHECK(one.staging_spec.str() == "type=inline");
  CHECK(one.output.starts_with("type=image,push=true,name=" + store::display(one.staging)));
  CHECK(cache_to_of(only_target(plan)).size() == 1);
}

}  // namespace buildcache::plan
