#include "plan/target_contexts.hpp"

#include "world.hpp"

#include <doctest/doctest.h>

namespace buildcache::plan {
namespace {

// `app` builds on `base`, under two names of contexts.
core::Result<Plan> plan_with_base(config::Push push) {
  World world = push_to("main");
  config::Target base = world.config.targets.front();
  base.name = "base";
  base.push = push;
  base.tags = {"ghcr.io/acme/base:1"};
  config::Target app = world.config.targets.front();
  app.name = "app";
  app.tags = {"ghcr.io/acme/app:1"};
  app.needs = {"base"};
  app.options.contexts = {{"base", "target:base"}, {"assets", "./assets"}};
  world.config.targets = {base, app};
  return world.planned();
}

}  // namespace

TEST_CASE("target contexts: an image that is pushed is pulled by its first tag") {
  const auto plan = plan_with_base(config::Push::trusted);
  REQUIRE(plan.has_value());
  const Build& app = plan->targets[1].build;
  CHECK(app.options.contexts.at("base") == "docker-image://ghcr.io/acme/base:1");
  CHECK(app.options.contexts.at("assets") == "./assets");
  CHECK(app.target_contexts == std::map<std::string, std::string>{{"base", "base"}});
  CHECK(plan->targets[0].build.layout.empty());
}

TEST_CASE("target contexts: one that goes nowhere is written to a layout") {
  const auto plan = plan_with_base(config::Push::never);
  REQUIRE(plan.has_value());
  CHECK(plan->targets[0].build.layout == "base.oci");
  CHECK(plan->targets[1].build.options.contexts.at("base") == "oci-layout://base.oci");
  CHECK(context_of(plan->targets[0], "/run/", "sha256:1") == "oci-layout:///run/base.oci@sha256:1");
}

}  // namespace buildcache::plan
