#include "plan/make_plan.hpp"

#include <doctest/doctest.h>

namespace buildcache::plan {

using Names = std::vector<std::string>;

namespace {

config::Target target(const std::string& name, const Names& needs = {}) {
  config::Target result;
  result.name = name;
  result.needs = needs;
  return result;
}

core::ErrorKind failure_of(const core::Result<Names>& result) {
  REQUIRE_FALSE(result.has_value());
  return result.error().kind;
}

config::Config shop() {
  config::Config config;
  config.targets = {
      target("web", {"base"}), target("docs"), target("base"), target("api", {"base", "docs"})};
  return config;
}

}  // namespace

TEST_CASE("targets: all are built, each after its needs, otherwise in the order of the file") {
  CHECK(select_targets(shop(), {}).value() == Names{"docs", "base", "web", "api"});
}

TEST_CASE("targets: what a wished one needs is added, and nothing else") {
  CHECK(select_targets(shop(), {"web"}).value() == Names{"base", "web"});
}

TEST_CASE("targets: the order of wishes does not matter, nor does wishing twice") {
  CHECK(select_targets(shop(), {"api", "web", "api"}).value() ==
        select_targets(shop(), {"web", "api"}).value());
}

TEST_CASE("targets: an unknown wish is a usage error that names the nearest") {
  const auto result = select_targets(shop(), {"wep"});
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().kind == core::ErrorKind::usage);
  CHECK(result.error().message == "there is no target 'wep'");
  CHECK(result.error().hint == "did you mean 'web'?");
}

TEST_CASE("targets: an unknown need is an error of the configuration") {
  config::Config config;
  config.targets = {target("web", {"bass"})};
  CHECK(failure_of(select_targets(config, {})) == core::ErrorKind::config);
}

TEST_CASE("targets: targets that need each other in a circle are an error of the configuration") {
  config::Config config;
  config.targets = {target("a", {"b"}), target("b", {"a"}), target("c")};
  CHECK(failure_of(select_targets(config, {})) == core::ErrorKind::config);
  CHECK(select_targets(config, {"c"}).value() == Names{"c"});
}

}  // namespace buildcache::plan
