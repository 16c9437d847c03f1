#include "docker/argv.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace buildcache::docker {
namespace {

plan::TargetPlan exporting_target() {
  plan::TargetPlan target;
  target.build.context = ".";
  target.build.args = {{"A", "1"}};
  target.build.tags = {"acme/api:1"};
  target.build.push = true;
  target.build.no_cache = true;
  target.cache_export.emplace();
  target.cache_export->staging_spec = {"registry", {{"ref", "ghcr.io/acme/cache:x"}}};
  return target;
}

bool has(const std::vector<std::string>& argv, const std::string& word) {
  return std::ranges::find(argv, word) != argv.end();
}

TEST_CASE("argv: the product solve never exports a cache") {
  CHECK_FALSE(has(product_argv(exporting_target(), {}, {}, {}), "--cache-to"));
}

TEST_CASE("argv: the export solve neither pushes, tags, attests nor ignores the builder's cache") {
  const auto argv = export_argv(exporting_target(), {}, {}, {});
  CHECK_FALSE(has(argv, "--push"));
  CHECK_FALSE(has(argv, "--tag"));
  CHECK_FALSE(has(argv, "--no-cache"));
  CHECK(has(argv, "--provenance=false"));
  CHECK(has(argv, "type=cacheonly"));
}

TEST_CASE("argv: without a metadata file none is asked for") {
  CHECK_FALSE(has(product_argv(exporting_target(), {}, {}, {}), "--metadata-file"));
  CHECK(has(product_argv(exporting_target(), {}, {}, {"/run/m.json"}), "/run/m.json"));
}

TEST_CASE("argv: fewer sources than planned are passed when one is left out") {
  auto target = exporting_target();
  const core::CacheSpec first{"registry", {{"ref", "ghcr.io/acme/cache:a"}}};
  const core::CacheSpec second{"registry", {{"ref", "ghcr.io/acme/cache:b"}}};
  target.cache_from = {first, second};
  const auto argv = product_argv(target, {}, {second}, {});
  CHECK_FALSE(has(argv, first.str()));
  CHECK(has(argv, second.str()));
}

}  // namespace
}  // namespace buildcache::docker
