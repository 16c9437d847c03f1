#include "plan/plain_http.hpp"

#include "world.hpp"

#include <doctest/doctest.h>

namespace buildcache::plan {
namespace {

config::RegistryLogin plain(const std::string& host) {
  config::RegistryLogin registry;
  registry.host = host;
  registry.plain_http = true;
  return registry;
}

// A world whose only target goes to `tags`, built by `driver`.
Plan plan_for(const std::vector<std::string>& tags, const std::string& driver) {
  World world = push_to("main");
  world.config.registries = {plain("reg.internal:5000"), plain("127.0.0.1:5000")};
  world.config.targets.front().tags = tags;
  world.config.targets.front().push = config::Push::trusted;
  world.config.cache.fallback = {rule(
      config::RuleKind::literal, "reg.internal:5000/acme/base:x", "reg.internal:5000/acme/base:x")};
  world.capabilities.driver = driver;
  const auto plan = world.planned({found("x")});
  REQUIRE(plan);
  return *plan;
}

}  // namespace

TEST_CASE("plain http: loopback hosts need not be told of, nor those that speak https") {
  config::Config config;
  config.registries = {plain("reg.internal:5000"), plain("127.0.0.1:5000")};
  config.registries.emplace_back().host = "ghcr.io";
  CHECK(needs_plain_http(config, "reg.internal:5000"));
  CHECK_FALSE(needs_plain_http(config, "reg.internal"));
  CHECK_FALSE(needs_plain_http(config, "127.0.0.1:5000"));
  CHECK_FALSE(needs_plain_http(config, "ghcr.io"));
}

TEST_CASE("plain http: what a build pushes and imports says so") {
  const Plan plan = plan_for({"reg.internal:5000/acme/api:1"}, "docker-container");
  const TargetPlan& target = plan.targets.front();
  CHECK(target.build.push_plain_http);
  REQUIRE(target.cache_from.size() == 1);
  CHECK(target.cache_from.front().get("registry.insecure") == "true");
  CHECK_FALSE(has_notice(plan, "over https"));
}

TEST_CASE("plain http: where the engine pushes by itself, only its own settings help") {
  const Plan plan = plan_for({"reg.internal:5000/acme/api:1"}, "docker");
  CHECK(has_notice(plan, "the Docker engine itself pushes to reg.internal:5000"));
}

TEST_CASE("plain http: tags at both kinds of registries cannot be pushed by one target") {
  const Plan plan =
      plan_for({"reg.internal:5000/acme/api:1", "ghcr.io/acme/api:1"}, "docker-container");
  CHECK_FALSE(plan.targets.front().build.push_plain_http);
  CHECK(has_notice(plan, "the push to reg.internal:5000 is tried over https"));
}

}  // namespace buildcache::plan
