#include "config/defaults.hpp"

#include "config/keys.hpp"
#include "config/load.hpp"
#include "core/slug.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

namespace buildcache::config {
namespace {

constexpr std::size_t kTargetNameLength = 60;

void use_gitlab_registry(Config& config, const sys::Environment& environment) {
  auto repository = core::parse_repository(environment.get("CI_REGISTRY_IMAGE") + "/cache");
  if (!repository) {
    config.notices.push_back(
        {core::Severity::warning,
         "CI_REGISTRY_IMAGE names no repository, so caches stay on this machine",
         "set `cache.repository`",
         ""});
    return;
  }
  config.cache.store = StoreKind::registry;
  config.cache.repository = *repository;
  const bool named = std::ranges::any_of(config.registries, [&](const RegistryLogin& login) {
    return login.host == repository->host;
  });
  const auto own = core::parse_repository(environment.get("CI_REGISTRY") + "/cache");
  const bool is_own = own && own->host == repository->host;
  if (named || !is_own || environment.get("CI_REGISTRY_USER").empty() ||
      environment.get("CI_REGISTRY_PASSWORD").empty()) {
    return;
  }
  RegistryLogin login;
  login.host = repository->host;
  login.username = environment.get("CI_REGISTRY_USER");
  login.password = core::Secret(environment.get("CI_REGISTRY_PASSWORD"));
  login.password_variable = "CI_REGISTRY_PASSWORD";
  config.registries.push_back(std::move(login));
}

void use_github_cache(Config& config, const sys::Environment& environment) {
  if (environment.has("ACTIONS_RUNTIME_TOKEN") && environment.has("ACTIONS_RESULTS_URL") &&
      environment.has("ACTIONS_CACHE_SERVICE_V2")) {
    config.cache.store = StoreKind::gha;
    return;
  }
  config.notices.push_back(
      {core::Severity::notice,
       "the cache stays on this machine, which a hosted runner loses after the job: this step was "
       "not given the token of GitHub's cache service",
       "hand it on (docs/stores.md), or set `cache.repository` to a repository of your registry",
       ""});
}

}  // namespace

Target default_target(const std::string& directory) {
  auto path = std::filesystem::path(directory).lexically_normal();
  if (!path.has_filename()) {
    path = path.parent_path();
  }
  auto name = path.filename().string();
  std::ranges::transform(name, name.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  Target target;
  const bool nameless = name.empty() || name == "." || name == ".." || name == "/";
  target.name = nameless ? "app" : core::slug(name, kTargetNameLength);
  return target;
}

void choose_store(Config& config, const sys::Environment& environment) {
  config.cache.store = StoreKind::local;
  if (environment.get("GITLAB_CI") == "true" && !environment.get("CI_REGISTRY_IMAGE").empty()) {
    use_gitlab_registry(config, environment);
  } else if (environment.get("GITHUB_ACTIONS") == "true") {
    use_github_cache(config, environment);
  }
}

core::Result<Config> defaults(sys::Files& files,
                              const std::string& directory,
                              const sys::Environment& environment) {
  const auto dockerfile = (std::filesystem::path(directory) / "Dockerfile").string();
  if (!files.exists(dockerfile) || files.is_directory(dockerfile)) {
    return core::fail(core::ErrorKind::config,
                      fmt::format("neither .buildcache.yml nor Dockerfile is in {}", directory),
                      "run in the directory that has one, or name the file with --file");
  }
  Config config;
  config.directory = directory;
  config.cache.fallback = default_fallback();
  config.cache.write = default_write();
  config.targets.push_back(default_target(directory));
  choose_store(config, environment);
  return config;
}

}  // namespace buildcache::config
