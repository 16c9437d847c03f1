#include "config/defaults.hpp"

#include "config/load.hpp"
#include "support/memory_files.hpp"

#include <doctest/doctest.h>

namespace buildcache::config {
namespace {

const std::map<std::string, std::string> kGitlab{{"GITLAB_CI", "true"},
                                                 {"CI_REGISTRY", "reg.example.com:5050"},
                                                 {"CI_REGISTRY_IMAGE", "reg.example.com:5050/a/b"},
                                                 {"CI_REGISTRY_USER", "gitlab-ci-token"},
                                                 {"CI_REGISTRY_PASSWORD", "t0ken"}};

core::Result<Config> defaults_in(const std::map<std::string, std::string>& environment) {
  support::MemoryFiles files;
  files.add("/src/shop/Dockerfile", "FROM scratch\n");
  return defaults(files, "/src/shop", sys::Environment(environment));
}

}  // namespace

TEST_CASE("defaults: a Dockerfile alone is one target with a local cache") {
  const auto config = defaults_in({});
  REQUIRE(config.has_value());
  CHECK(config->file.empty());
  CHECK(config->directory == "/src/shop");
  REQUIRE(config->targets.size() == 1);
  CHECK(config->targets[0].name == "shop");
  CHECK(config->cache.store == StoreKind::local);
  CHECK(config->cache.fallback.size() == 6);
  CHECK(config->cache.write.at(TrustLevel::protected_branch).size() == 2);
  CHECK(config->cache.write.at(TrustLevel::fork).empty());
  CHECK(config->registries.empty());
  CHECK(config->notices.empty());
}

TEST_CASE("defaults: neither file nor Dockerfile is an error") {
  support::MemoryFiles files;
  const auto config = defaults(files, "/src/shop", sys::Environment());
  REQUIRE_FALSE(config.has_value());
  CHECK(config.error().kind == core::ErrorKind::config);
}

TEST_CASE("defaults: GitHub gets the local store and a notice that says so") {
  const auto config = defaults_in({{"GITHUB_ACTIONS", "true"}});
  REQUIRE(config.has_value());
  CHECK(config->cache.store == StoreKind::local);
  CHECK(config->notices.size() == 1);
}

TEST_CASE("defaults: GitHub's cache service is the store where the step has its token") {
  const auto config = defaults_in({{"GITHUB_ACTIONS", "true"},
                                   {"ACTIONS_RUNTIME_TOKEN", "t"},
                                   {"ACTIONS_RESULTS_URL", "https://results.example.com/"},
                                   {"ACTIONS_CACHE_SERVICE_V2", "True"}});
  REQUIRE(config.has_value());
  CHECK(config->cache.store == StoreKind::gha);
  CHECK(config->notices.empty());
}

TEST_CASE("defaults: GitLab gets the job's own registry, with the job's own login") {
  const auto config = defaults_in(kGitlab);
  REQUIRE(config.has_value());
  CHECK(config->cache.store == StoreKind::registry);
  CHECK(config->cache.repository->str() == "reg.example.com:5050/a/b/cache");
  REQUIRE(config->registries.size() == 1);
  CHECK(config->registries[0].host == "reg.example.com:5050");
  CHECK(config->registries[0].username == "gitlab-ci-token");
  CHECK(config->registries[0].password.reveal() == "t0ken");
  CHECK(config->registries[0].password_variable == "CI_REGISTRY_PASSWORD");
}

TEST_CASE("defaults: GitLab without a registry gets the local store") {
  const auto config = defaults_in({{"GITLAB_CI", "true"}});
  REQUIRE(config.has_value());
  CHECK(config->cache.store == StoreKind::local);
  CHECK(config->registries.empty());
}

TEST_CASE("defaults: GitLab's token goes to GitLab's registry alone") {
  auto environment = kGitlab;
  environment["CI_REGISTRY_IMAGE"] = "elsewhere.example.com/a/b";
  const auto config = defaults_in(environment);
  REQUIRE(config.has_value());
  CHECK(config->registries.empty());
}

TEST_CASE("defaults: a login the configuration names is not replaced by the job's") {
  Config config;
  config.registries.emplace_back().host = "reg.example.com:5050";
  config.registries.back().username = "mine";
  choose_store(config, sys::Environment(kGitlab));
  REQUIRE(config.registries.size() == 1);
  CHECK(config.registries[0].username == "mine");
}

TEST_CASE("defaults: a target's name comes from the last part of the directory") {
  CHECK(default_target("/src/shop").name == "shop");
  CHECK(default_target("/src/shop/").name == "shop");
  CHECK(default_target("/src/Shop").name == "shop");
  CHECK(default_target("/src/x/../shop/.").name == "shop");
  CHECK(default_target(".").name == "app");
  CHECK(default_target("").name == "app");
  CHECK(default_target("/").name == "app");
}

}  // namespace buildcache::config
