#include "plan/choose_builder.hpp"

#include "world.hpp"

#include <doctest/doctest.h>

namespace buildcache::plan {
namespace {

// The Docker engine's own builder on graph drivers: it exports nothing.
docker::Capabilities graph_driver() {
  docker::Capabilities capabilities;
  capabilities.driver = "docker";
  capabilities.registry_export = false;
  capabilities.local_export = false;
  return capabilities;
}

World ci_push() {
  World world = push_to("main");
  world.ci.provider = ci::Provider::gitlab;
  return world;
}

BuilderDecision decide(World world, const Wishes& wishes = {}) {
  return choose_builder(world.facts(), graph_driver(), wishes);
}

TEST_CASE(
    "choose builder: in CI one is made where the engine's own cannot export, and it says so") {
  const BuilderDecision decision = decide(ci_push());
  CHECK(decision.choice.create);
  CHECK(decision.choice.driver == "docker-container");
  CHECK(decision.capabilities.registry_export);
  REQUIRE(decision.notice.has_value());
  CHECK_FALSE(decision.notice->remedy.empty());
}

TEST_CASE("choose builder: none is made on a person's machine") {
  World world = ci_push();
  world.ci.provider = ci::Provider::local;
  CHECK_FALSE(decide(world).choice.create);
}

TEST_CASE("choose builder: none is made for a run that writes no cache") {
  Wishes wishes;
  wishes.cache_export = false;
  CHECK_FALSE(decide(ci_push(), wishes).choice.create);
  World reader = ci_push();
  reader.config.cache.write.clear();
  CHECK_FALSE(decide(reader).choice.create);
}

TEST_CASE("choose builder: what somebody chose is kept") {
  World named = ci_push();
  named.config.builder.use = "team";
  CHECK(decide(named).choice.name == "team");
  CHECK_FALSE(decide(named).choice.create);
  World own = ci_push();
  own.config.builder.driver = config::Driver::docker;
  CHECK_FALSE(decide(own).choice.create);
}

TEST_CASE("choose builder: none is made where exports work or no engine was asked") {
  World world = ci_push();
  docker::Capabilities able;
  able.driver = "docker";
  CHECK_FALSE(choose_builder(world.facts(), able, {}).choice.create);
  docker::Capabilities assumed = graph_driver();
  assumed.assumed = true;
  CHECK_FALSE(choose_builder(world.facts(), assumed, {}).choice.create);
}

}  // namespace
}  // namespace buildcache::plan
