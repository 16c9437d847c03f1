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
  target.exports.emplace_back();
  target.exports.front().staging_spec = {"registry", {{"ref", "ghcr.io/acme/cache:x"}}};
  return target;
}

bool has(const std::vector<std::string>& argv, const std::string& word) {
  return std::ranges::find(argv, word) != argv.end();
}

TEST_CASE("argv: the product solve never exports a cache") {
  CHECK_FALSE(has(product_argv(exporting_target(), {}, {}, {}), "--cache-to"));
}

TEST_CASE("argv: the export solve neither pushes, tags, attests nor ignores the builder's cache") {
  const auto target = exporting_target();
  const auto argv = export_argv(target, target.exports.front(), {}, {}, {});
  CHECK_FALSE(has(argv, "--push"));
  CHECK_FALSE(has(argv, "--tag"));
  CHECK_FALSE(has(argv, "--no-cache"));
  CHECK(has(argv, "--provenance=false"));
  CHECK(has(argv, "type=cacheonly"));
}

TEST_CASE("argv: what others build on goes into a layout, compressed as its cache is") {
  auto target = exporting_target();
  target.build.push = false;
  target.build.layout = "base.oci";
  target.build.compression = config::Compression::zstd;
  const auto argv = product_argv(target, {"", "remote", false}, {}, {"", "/run,1/"});
  CHECK(has(argv, R"(type=oci,tar=false,"dest=/run,1/base.oci",compression=zstd)"));
  CHECK_FALSE(has(export_argv(target, target.exports.front(), {}, {}, {}), "base.oci"));
}

TEST_CASE("argv: BuildKit is told of a registry that speaks http") {
  auto target = exporting_target();
  target.build.push_plain_http = true;
  CHECK(has(product_argv(target, {}, {}, {}), "type=image,push=true,registry.insecure=true"));
  target.build.push = false;
  CHECK_FALSE(has(product_argv(target, {}, {}, {}), "type=image,push=true,registry.insecure=true"));
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

// Returns the words from `flag` on, as many as `count`.
std::vector<std::string> from(const std::vector<std::string>& argv,
                              const std::string& flag,
                              std::size_t count = 2) {
  const auto found = std::ranges::find(argv, flag);
  const auto left = static_cast<std::size_t>(argv.end() - found);
  return {found, found + static_cast<std::ptrdiff_t>(std::min(count, left))};
}

using Words = std::vector<std::string>;

plan::TargetPlan target_with_options() {
  plan::TargetPlan target = exporting_target();
  target.build.no_cache = false;
  config::BuildOptions& options = target.build.options;
  options.contexts = {{"assets", "../assets"}};
  options.ssh = {"default", "deploy=keys/deploy"};
  options.network = "none";
  options.shm_size = "128m";
  options.ulimits = {{"nofile", "1024:2048"}};
  options.add_hosts = {{"db.internal", "10.0.0.7"}};
  options.cgroup_parent = "/ci";
  options.allow = {"network.host", "security.insecure"};
  options.annotations = {{"index:org.example.a", "x y"}};
  options.pull = true;
  options.no_cache_filter = {"deps"};
  options.provenance = "mode=max";
  options.sbom = "true";
  return target;
}

TEST_CASE("argv: what RUN instructions see is alike in both solves") {
  const auto target = target_with_options();
  for (const auto& argv : {product_argv(target, {}, {}, {}),
                           export_argv(target, target.exports.front(), {}, {}, {})}) {
    CHECK(from(argv, "--build-context") == Words{"--build-context", "assets=../assets"});
    CHECK(from(argv, "--ssh", 4) == Words{"--ssh", "default", "--ssh", "deploy=keys/deploy"});
    CHECK(from(argv, "--network") == Words{"--network", "none"});
    CHECK(from(argv, "--shm-size") == Words{"--shm-size", "128m"});
    CHECK(from(argv, "--ulimit") == Words{"--ulimit", "nofile=1024:2048"});
    CHECK(from(argv, "--add-host") == Words{"--add-host", "db.internal=10.0.0.7"});
    CHECK(from(argv, "--cgroup-parent") == Words{"--cgroup-parent", "/ci"});
    CHECK(from(argv, "--allow", 4) ==
          Words{"--allow", "network.host", "--allow", "security.insecure"});
  }
}

TEST_CASE("argv: what concerns the product alone is not said to the export") {
  const auto target = target_with_options();
  const auto product = product_argv(target, {}, {}, {});
  const auto exported = export_argv(target, target.exports.front(), {}, {}, {});
  CHECK(from(product, "--annotation") == Words{"--annotation", "index:org.example.a=x y"});
  CHECK(from(product, "--no-cache-filter") == Words{"--no-cache-filter", "deps"});
  for (const char* word : {"--pull", "--provenance=mode=max", "--sbom=true"}) {
    CHECK(has(product, word));
    CHECK_FALSE(has(exported, word));
  }
  CHECK_FALSE(has(exported, "--annotation"));
  CHECK_FALSE(has(exported, "--no-cache-filter"));
}

TEST_CASE("argv: an image goes where it is asked to, whatever the driver") {
  auto target = exporting_target();
  const plan::BuilderChoice container{"ci", "docker-container", false};
  const plan::BuilderChoice engine{"", "docker", false};
  target.build.load = true;
  CHECK(from(product_argv(target, container, {}, {}), "--output", 4) ==
        Words{"--output", "type=image,push=true", "--output", "type=docker"});
  CHECK(has(product_argv(target, engine, {}, {}), "--push"));

  target.build.push = false;
  CHECK(from(product_argv(target, container, {}, {}), "--output", 3) ==
        Words{"--output", "type=docker", "--"});
  CHECK_FALSE(has(product_argv(target, engine, {}, {}), "--output"));

  target.build.options.outputs = {"type=local,dest=out"};
  CHECK(from(product_argv(target, engine, {}, {}), "--output", 4) ==
        Words{"--output", "type=image,unpack=true", "--output", "type=local,dest=out"});
  target.build.load = false;
  CHECK(from(product_argv(target, engine, {}, {}), "--output", 3) ==
        Words{"--output", "type=local,dest=out", "--"});
}

}  // namespace
}  // namespace buildcache::docker
