#include "commands/workbench.hpp"

#include "commands/child_environment.hpp"
#include "docker/platforms.hpp"
#include "plan/foreign_platforms.hpp"
#include "sys/random.hpp"

#include <algorithm>
#include <utility>

namespace buildcache::commands {

namespace {

core::Notice not_removed(const core::Error& error) {
  return {core::Severity::warning,
          "the builder made for this run was not removed: " + error.message,
          error.hint,
          ""};
}

std::vector<docker::StoredLogin> carried_logins(const Prepared& prepared) {
  std::vector<docker::StoredLogin> logins;
  for (const auto& [host, credential] : prepared.credentials.carried()) {
    logins.push_back({host, credential.username, credential.password, credential.identity_token});
  }
  return logins;
}

}  // namespace

core::Result<std::unique_ptr<Workbench>> Workbench::set_up(const Seams& seams,
                                                           const Prepared& prepared,
                                                           const plan::Plan& plan) {
  std::unique_ptr<Workbench> bench(new Workbench(seams, plan));
  const auto made = bench->make(prepared);
  return made ? core::Result<std::unique_ptr<Workbench>>(std::move(bench))
              : tl::unexpected(made.error());
}

Workbench::Workbench(const Seams& seams, plan::Plan plan)
    : seams_(seams),
      scratch_(seams.files),
      plan_(std::move(plan)),
      tools_{seams.processes, seams.files, environment_} {}

core::Result<void> Workbench::make(const Prepared& prepared) {
  if (auto made = scratch_.make(seams_.environment); !made) {
    return made;
  }
  auto client = docker::ClientConfig::create(seams_.files,
                                             child_environment(seams_.environment, prepared.config),
                                             prepared.config.registries,
                                             carried_logins(prepared));
  if (!client) {
    return tl::unexpected(client.error());
  }
  client_ = std::make_unique<docker::ClientConfig>(*std::move(client));
  environment_ = client_->environment();
  return make_builder(prepared.config);
}

core::Result<void> Workbench::make_builder(const config::Config& config) {
  config::Builder wanted = config.builder;
  if (plan_.builder.create) {
    wanted.driver = config::Driver::docker_container;
  }
  auto ready = docker::make_ready(tools_,
                                  {wanted,
                                   config.directory,
                                   "buildcache-" + sys::random_token().substr(0, 12),
                                   scratch_.path()});
  if (!ready && plan_.builder.create) {
    // A builder nobody asked for must not fail the build.
    go_on_without(ready.error());
    return {};
  }
  if (!ready) {
    return tl::unexpected(ready.error());
  }
  builder_ = *std::move(ready);
  if (!builder_.name.empty()) {
    plan_.builder.name = builder_.name;
  }
  return {};
}

// The plan goes on with what the engine's own builder can do.
void Workbench::go_on_without(const core::Error& error) {
  plan_.builder = {"", "docker", false};
  for (plan::TargetPlan& target : plan_.targets) {
    target.build.load = false;
    target.exports.clear();
    target.no_export_why = "no builder that exports caches could be made";
  }
  builder_.notices.push_back(
      {core::Severity::warning,
       "the build goes on with the Docker engine's own builder and writes no "
       "cache: " +
           error.message,
       error.hint,
       ""});
}

// Of a builder made for the run; of one that was there the plan has them.
std::vector<core::Notice> Workbench::platform_notices() const {
  const bool named = std::ranges::any_of(
      plan_.targets, [](const auto& target) { return !target.build.platforms.empty(); });
  if (!builder_.created || !named) {
    return {};
  }
  return plan::notices_of_platforms(
      plan_.targets,
      docker::builder_platforms(tools_.processes, tools_.environment, builder_.name));
}

std::vector<core::Notice> Workbench::release() {
  if (auto released = docker::release(tools_, builder_); !released) {
    return {not_removed(released.error())};
  }
  return {};
}

}  // namespace buildcache::commands
