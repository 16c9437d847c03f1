#include "config/load.hpp"
#include "core/error.hpp"
#include "plan/make_plan.hpp"
#include "support/plan_dump.hpp"
#include "support/plan_facts.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace buildcache::plan {

namespace {

using Path = std::filesystem::path;

std::string content_of(const Path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

bool is_updating() {
  const char* wish = std::getenv("UPDATE_GOLDEN");  // NOLINT(concurrency-mt-unsafe): one thread
  return wish != nullptr && std::string(wish) == "1";
}

std::string expected(const Path& path, const std::string& actual) {
  if (is_updating()) {
    std::ofstream(path, std::ios::binary) << actual;
  }
  return content_of(path);
}

std::vector<Path> cases() {
  std::vector<Path> folders;
  for (const auto& entry :
       std::filesystem::directory_iterator(Path(BUILDCACHE_GOLDEN_DIR) / "plan")) {
    folders.push_back(entry.path());
  }
  std::ranges::sort(folders);
  return folders;
}

config::Config config_of(const Path& folder) {
  const config::Loaded loaded = config::parse(
      content_of(folder / "config.yml"), ".buildcache.yml", "/src/shop", sys::Environment{});
  for (const core::Error& error : loaded.errors) {
    FAIL_CHECK(core::describe(error));
  }
  return loaded.config;
}

store::Location location_of(const config::Cache& cache) {
  const bool placed =
      cache.store == config::StoreKind::registry || cache.store == config::StoreKind::local;
  if (!placed) {
    return {cache.store, {}, "", cache.s3, cache.azblob};
  }
  return cache.repository ? store::Location{config::StoreKind::registry, *cache.repository, ""}
                          : store::Location{config::StoreKind::local, {}, "/var/cache/buildcache"};
}

// Returns the plan as JSON, or the error that stands for it.
std::string planned(const Path& folder) {
  const config::Config config = config_of(folder);
  support::PlanFacts script = support::read_plan_facts(content_of(folder / "facts.json"));
  const store::Location location = location_of(config.cache);
  const Trust trust = decide_trust(config, script.git, script.ci);
  const Facts facts{config, script.git, script.ci, location, trust};
  const auto names = select_targets(config, script.wishes.targets);
  REQUIRE(names.has_value());
  const std::vector<TargetFacts> targets = support::ask_all(facts, *names, script);
  for (const std::string& name : support::unasked(script)) {
    FAIL_CHECK("nobody asked for " << name);
  }
  const auto plan = make_plan(facts, script.capabilities, targets, script.wishes);
  return plan ? support::dump(*plan) : core::describe(plan.error()) + "\n";
}

}  // namespace

TEST_CASE("plan: each golden case gives the plan beside it") {
  const std::vector<Path> folders = cases();
  CHECK(folders.size() >= 20);
  for (const Path& folder : folders) {
    CAPTURE(folder.filename().string());
    const std::string plan = planned(folder);
    CHECK(plan == expected(folder / "plan.json", plan));
  }
}

}  // namespace buildcache::plan
