#include "commands/build_plan.hpp"

#include "commands/build_target.hpp"
#include "commands/built_images.hpp"
#include "commands/child_environment.hpp"
#include "commands/messages.hpp"
#include "commands/mount_carrier.hpp"
#include "commands/schedule.hpp"
#include "docker/builder.hpp"
#include "docker/client_config.hpp"
#include "docker/platforms.hpp"
#include "plan/foreign_platforms.hpp"
#include "report/progress_view.hpp"
#include "sys/random.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <utility>

namespace buildcache::commands {

namespace {

using std::chrono::milliseconds;

// BuildKit itself bounds its work; this bounds our processes.
constexpr std::size_t kTargetsAtOnce = 4;
constexpr milliseconds kTick{200};

// A directory that is gone with this object.
class Scratch {
 public:
  explicit Scratch(sys::Files& files) : files_(files) {}
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() {
    if (!path_.empty()) {
      (void)files_.remove_all(path_);
    }
  }

  core::Result<void> make(const sys::Environment& environment) {
    const std::string tmp = environment.get("TMPDIR");
    auto made = files_.make_temporary_directory(tmp.empty() ? "/tmp" : tmp, "buildcache-");
    if (!made) {
      return tl::unexpected(core::while_doing(made.error(), "make a scratch directory"));
    }
    path_ = std::move(*made);
    return {};
  }

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  sys::Files& files_;
  std::string path_;
};

// The live picture's heartbeat.
class Ticker {
 public:
  Ticker(report::ProgressView& view, sys::Clock& clock)
      : thread_([&view, &clock](const std::stop_token& stop) {
          while (!stop.stop_requested()) {
            clock.sleep_for(kTick, stop);
            view.tick();
          }
        }) {}

 private:
  std::jthread thread_;
};

std::unique_ptr<report::ProgressView> make_view(const Seams& seams, bool several_targets) {
  if (!seams.err_is_terminal) {
    return report::make_log_view(seams.err, several_targets);
  }
  const auto now = [&clock = seams.clock] {
    return std::chrono::duration_cast<milliseconds>(clock.steady().time_since_epoch());
  };
  return report::make_terminal_view(seams.err, seams.terminal, now, several_targets);
}

void add_phases(report::RunResult& result) {
  milliseconds build{0};
  milliseconds exporting{0};
  for (const report::TargetResult& target : result.targets) {
    build += target.product.wall;
    exporting += target.cache_export ? target.cache_export->wall : milliseconds{0};
  }
  result.phases.emplace_back("build", build);
  result.phases.emplace_back("cache export", exporting);
}

core::Notice not_removed(const core::Error& error) {
  return {core::Severity::warning,
          "the builder made for this run was not removed: " + error.message,
          error.hint,
          ""};
}

// The plan goes on with what the engine's own builder can do.
docker::ReadyBuilder without_builder(plan::Plan& plan, const core::Error& error) {
  plan.builder = {"", "docker", false};
  for (plan::TargetPlan& target : plan.targets) {
    target.build.load = false;
    target.exports.clear();
    target.no_export_why = "no builder that exports caches could be made";
  }
  docker::ReadyBuilder none;
  none.notices.push_back({core::Severity::warning,
                          "the build goes on with the Docker engine's own builder and writes no "
                          "cache: " +
                              error.message,
                          error.hint,
                          ""});
  return none;
}

// Of a builder made for the run; of one that was there the plan has them.
std::vector<core::Notice> platform_notices(const docker::BuilderTools& tools,
                                           const docker::ReadyBuilder& builder,
                                           const plan::Plan& plan) {
  const bool named = std::ranges::any_of(
      plan.targets, [](const auto& target) { return !target.build.platforms.empty(); });
  if (!builder.created || !named) {
    return {};
  }
  return plan::notices_of_platforms(
      plan.targets, docker::builder_platforms(tools.processes, tools.environment, builder.name));
}

// A builder nobody asked for must not fail the build.
core::Result<docker::ReadyBuilder> make_builder(const docker::BuilderTools& tools,
                                                const config::Config& config,
                                                const std::string& scratch,
                                                plan::Plan& plan) {
  config::Builder wanted = config.builder;
  if (plan.builder.create) {
    wanted.driver = config::Driver::docker_container;
  }
  auto ready = docker::make_ready(
      tools,
      {wanted, config.directory, "buildcache-" + sys::random_token().substr(0, 12), scratch});
  if (!ready && plan.builder.create) {
    return without_builder(plan, ready.error());
  }
  if (ready && !ready->name.empty()) {
    plan.builder.name = ready->name;
  }
  return ready;
}

std::vector<docker::StoredLogin> carried_logins(const Prepared& prepared) {
  std::vector<docker::StoredLogin> logins;
  for (const auto& [host, credential] : prepared.credentials.carried()) {
    logins.push_back({host, credential.username, credential.password, credential.identity_token});
  }
  return logins;
}

}  // namespace

core::Result<report::RunResult> build_plan(const Seams& seams,
                                           const Prepared& prepared,
                                           const plan::Plan& plan,
                                           Connections& connections,
                                           ci::Delivery& delivery) {
  Scratch scratch(seams.files);
  if (auto made = scratch.make(seams.environment); !made) {
    return tl::unexpected(made.error());
  }
  auto client = docker::ClientConfig::create(seams.files,
                                             child_environment(seams.environment, prepared.config),
                                             prepared.config.registries,
                                             carried_logins(prepared));
  if (!client) {
    return tl::unexpected(client.error());
  }
  const auto environment = client->environment();
  const auto start = seams.clock.steady();
  const docker::BuilderTools tools{seams.processes, seams.files, environment};
  plan::Plan ready = plan;
  auto builder = make_builder(tools, prepared.config, scratch.path(), ready);
  if (!builder) {
    return tl::unexpected(builder.error());
  }
  report::RunResult result;
  result.notices = builder->notices;
  for (core::Notice& notice : platform_notices(tools, *builder, plan)) {
    seams.err(notice_line(notice));
    result.notices.push_back(std::move(notice));
  }
  result.phases.emplace_back(
      "builder", std::chrono::duration_cast<milliseconds>(seams.clock.steady() - start));

  delivery.begin_group("Build");
  delivery.begin_foreign_output();
  {
    const auto view = make_view(seams, plan.targets.size() > 1);
    const Ticker ticker(*view, seams.clock);
    BuiltImages images(seams.files, ready, scratch.path() + "/");
    const Workshop workshop{seams, connections.store(), *view, environment, scratch.path()};
    MountCarrier carrier(workshop, ready, connections.blobs(), prepared.credentials);
    result.targets = run_targets(
        ready,
        kTargetsAtOnce,
        [&](const plan::TargetPlan& target) {
          auto mounts = carrier.restore(target);
          report::TargetResult built = build_target(workshop, ready, images.pinned(target));
          built.mounts = std::move(mounts);
          carrier.save(target, built);
          images.remember(target, built);
          return built;
        },
        [&] { return seams.interruption.raised(); });
  }
  delivery.end_foreign_output();
  delivery.end_group();
  add_phases(result);

  if (auto released = docker::release(tools, *builder); !released) {
    result.notices.push_back(not_removed(released.error()));
  }
  return result;
}

}  // namespace buildcache::commands
