#include "commands/planning.hpp"

#include "commands/child_environment.hpp"
#include "commands/mount_plans.hpp"
#include "docker/argv.hpp"
#include "docker/detect.hpp"
#include "docker/platforms.hpp"
#include "sys/parallel.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

namespace buildcache::commands {

namespace {

struct Asked {
  core::Result<docker::Capabilities> capabilities = docker::assumed_floor();
  std::vector<plan::TargetFacts> targets;
};

// One that is made for the run is asked when it is made.
bool is_there(const config::Builder& builder) {
  return !builder.use.empty() || builder.driver == config::Driver::automatic ||
         builder.driver == config::Driver::docker;
}

bool names_platforms(const Prepared& prepared) {
  return std::ranges::any_of(prepared.config.targets, [](const config::Target& target) {
    return !target.platforms.empty();
  });
}

Asked ask(const Seams& seams,
          const Prepared& prepared,
          store::Store& store,
          const std::vector<std::string>& targets) {
  Asked asked;
  const docker::Probes probes{seams.processes, seams.http, seams.files};
  sys::for_each_parallel(2, 2, [&](std::size_t job) {
    if (job == 0) {
      const auto environment = child_environment(seams.environment, prepared.config);
      asked.capabilities = docker::detect(probes, environment, prepared.config.builder);
      if (asked.capabilities && is_there(prepared.config.builder) && names_platforms(prepared)) {
        asked.capabilities->platforms = docker::builder_platforms(
            seams.processes, environment.all(), asked.capabilities->builder);
      }
    } else {
      asked.targets = probe(store, seams, prepared, targets);
    }
  });
  return asked;
}

core::Notice assumed_notice(const core::Error& error) {
  return {core::Severity::notice,
          "no engine answered, so the oldest supported one is assumed: " + error.message,
          error.hint,
          ""};
}

}  // namespace

core::Result<plan::Plan> make_plan_of(const Seams& seams,
                                      const Prepared& prepared,
                                      store::Store& store,
                                      const plan::Wishes& wishes,
                                      Asking asking) {
  auto targets = plan::select_targets(prepared.config, wishes.targets);
  if (!targets) {
    return tl::unexpected(targets.error());
  }
  Asked asked;
  if (asking == Asking::nothing) {
    asked.targets = without_probing(prepared, *targets);
  } else {
    asked = ask(seams, prepared, store, *targets);
  }
  // Answers that nobody waited for are no grounds for a plan.
  if (seams.interruption.raised()) {
    return core::fail(core::ErrorKind::cancelled, "interrupted");
  }
  std::optional<core::Notice> assumed;
  if (!asked.capabilities) {
    if (asking == Asking::engine_must_answer) {
      return tl::unexpected(asked.capabilities.error());
    }
    assumed = assumed_notice(asked.capabilities.error());
    asked.capabilities = docker::assumed_floor();
  }
  const plan::Facts facts{prepared.config,
                          prepared.git,
                          prepared.ci,
                          prepared.location,
                          prepared.trust,
                          prepared.no_store};
  auto plan = plan::make_plan(facts, *asked.capabilities, asked.targets, wishes);
  if (plan) {
    add_mounts(seams, facts, wishes, *plan);
  }
  if (plan && assumed) {
    plan->notices.push_back(*assumed);
  }
  return plan;
}

std::vector<report::TargetCommands> commands_of(const plan::Plan& plan) {
  std::vector<report::TargetCommands> commands;
  for (const plan::TargetPlan& target : plan.targets) {
    report::TargetCommands one;
    one.argvs.push_back(docker::product_argv(target, plan.builder, target.cache_from, {}));
    for (const plan::CacheExport& cache_export : target.exports) {
      one.argvs.push_back(
          docker::export_argv(target, cache_export, plan.builder, target.cache_from, {}));
    }
    commands.push_back(std::move(one));
  }
  return commands;
}

}  // namespace buildcache::commands
