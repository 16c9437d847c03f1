#include "commands/export_cache.hpp"

#include "docker/argv.hpp"
#include "report/tally.hpp"
#include "store/spec.hpp"

#include <fmt/chrono.h>

#include <chrono>
#include <utility>

namespace buildcache::commands {

namespace {

std::string rfc3339(std::chrono::system_clock::time_point when) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(when)));
}

// Secrets a target names by environment variable are for its own buildx alone.
void add_build_secrets(std::map<std::string, std::string>& environment,
                       const plan::TargetPlan& target,
                       const sys::Environment& ours) {
  for (const config::BuildSecret& secret : target.build.secrets) {
    if (!secret.env.empty() && ours.has(secret.env)) {
      environment[secret.env] = ours.get(secret.env);
    }
  }
}

void publish(const Workshop& workshop,
             const plan::TargetPlan& target,
             report::TargetResult& result) {
  const plan::CacheExport& cache_export = *target.cache_export;
  store::Stamp stamp = cache_export.stamp;
  stamp.cold = report::cold_time(target, result);
  stamp.created = rfc3339(workshop.seams.clock.now());
  std::vector<std::string> tags;
  for (const plan::CacheWrite& write : cache_export.writes) {
    tags.push_back(write.ref.tag);
  }
  const store::CacheRef& staging = cache_export.staging;
  const auto published =
      workshop.store.publish(staging, result.cache_export->cache_manifest, tags, stamp);
  if (!published) {
    result.export_failed = true;
    result.export_note = core::describe(published.error());
    return;
  }
  for (std::size_t i = 0; i < published->size() && i < cache_export.writes.size(); ++i) {
    const store::Published& one = (*published)[i];
    const plan::CacheWrite& write = cache_export.writes[i];
    result.publications.push_back({std::string(config::word_of(write.scope)),
                                   store::display(write.ref),
                                   one.digest ? one.digest->str() : std::string(),
                                   one.error ? core::describe(*one.error) : std::string()});
  }
}

}  // namespace

docker::SolveRequest solve_request(const Workshop& workshop,
                                   const plan::Plan& plan,
                                   const plan::TargetPlan& target,
                                   const std::string& metadata_name) {
  docker::SolveRequest request;
  request.environment = workshop.environment;
  add_build_secrets(request.environment, target, workshop.seams.environment);
  request.working_directory = plan.directory;
  request.metadata_file = workshop.scratch + "/" + metadata_name;
  request.import_timeout = plan.timeouts.import;
  request.stop = workshop.seams.interruption.token();
  request.stop_signal = [&interruption = workshop.seams.interruption] {
    return interruption.signal();
  };
  request.on_event = [&view = workshop.view, name = target.name](const docker::Event& event) {
    view.event(name, event);
  };
  return request;
}

void export_and_publish(const Workshop& workshop,
                        const plan::Plan& plan,
                        const plan::TargetPlan& target,
                        const std::vector<core::CacheSpec>& sources,
                        report::TargetResult& result) {
  const plan::CacheExport& cache_export = *target.cache_export;
  workshop.view.line(target.name + ": exporting the cache");
  if (auto ready = workshop.store.prepare(cache_export.staging); !ready) {
    result.export_failed = true;
    result.export_note = core::describe(ready.error());
    return;
  }
  docker::SolveRequest request = solve_request(workshop, plan, target, target.name + "-cache.json");
  request.argv = docker::export_argv(target, plan.builder, sources, {request.metadata_file});
  request.export_timeout = plan.timeouts.export_;
  // What the export solve says again of the steps is no news.
  request.on_event = [&view = workshop.view, name = target.name](const docker::Event& event) {
    if (event.kind == docker::EventKind::failed) {
      view.event(name, event);
    }
  };
  auto solved =
      docker::solve(workshop.seams.processes, workshop.seams.files, workshop.seams.clock, request);
  if (!solved) {
    result.export_failed = true;
    result.export_note = core::describe(solved.error());
    return;
  }
  result.cache_export = std::move(*solved);
  if (result.cache_export->failure != docker::Failure::none) {
    result.export_failed = true;
    result.export_note = result.cache_export->message;
    return;
  }
  publish(workshop, target, result);
}

}  // namespace buildcache::commands
