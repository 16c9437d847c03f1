#include "plan/foreign_platforms.hpp"

#include <doctest/doctest.h>

namespace buildcache::plan {
namespace {

std::vector<core::Notice> notices(const std::vector<std::string>& wanted,
                                  const std::vector<std::string>& offered) {
  std::vector<TargetPlan> targets(1);
  targets.front().name = "api";
  targets.front().build.platforms = wanted;
  return notices_of_platforms(targets, offered);
}

}  // namespace

TEST_CASE("foreign platforms: what the builder runs, under any of its names, is none") {
  CHECK(notices({"linux/amd64", "linux/arm64/v8", "linux/arm/v7"},
                {"linux/amd64/v1", "linux/arm64", "linux/arm"})
            .empty());
  CHECK(notices({"linux/arm64"}, {}).empty());
  CHECK(notices({}, {"linux/amd64"}).empty());
}

TEST_CASE("foreign platforms: all of a target in one notice, with the remedy") {
  const auto told = notices({"linux/arm64", "linux/amd64", "linux/arm/v6"}, {"linux/amd64"});
  REQUIRE(told.size() == 1);
  CHECK(told.front().target == "api");
  CHECK(told.front().message.find("linux/arm64, linux/arm/v6") != std::string::npos);
  CHECK(told.front().remedy.find("--install arm64,arm`") != std::string::npos);
}

}  // namespace buildcache::plan
