#include "commands/export_cache.hpp"

#include "commands/timestamp.hpp"
#include "docker/argv.hpp"
#include "report/tally.hpp"
#include "store/spec.hpp"
#include "sys/parallel.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <optional>
#include <utility>

namespace buildcache::commands {

namespace {

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

// What the exports of a target have in common.
struct Job {
  const Workshop& workshop;
  const plan::Plan& plan;
  const plan::TargetPlan& target;
  const std::vector<core::CacheSpec>& sources;
  std::chrono::milliseconds cold;
};

struct Exported {
  std::optional<docker::SolveResult> solve;
  std::string trouble;  // empty: none
  std::vector<report::Publication> publications;
};

void publish(const Job& job, const plan::CacheExport& cache_export, Exported& exported) {
  store::Stamp stamp = cache_export.stamp;
  stamp.cold = job.cold;
  stamp.created = rfc3339(job.workshop.seams.clock.now());
  std::vector<std::string> tags;
  for (const plan::CacheWrite& write : cache_export.writes) {
    tags.push_back(write.ref.tag);
  }
  const auto published =
      job.workshop.store.publish(cache_export.staging, exported.solve->cache_manifest, tags, stamp);
  if (!published) {
    exported.trouble = core::describe(published.error());
    return;
  }
  for (std::size_t i = 0; i < published->size() && i < cache_export.writes.size(); ++i) {
    const store::Published& one = (*published)[i];
    const plan::CacheWrite& write = cache_export.writes[i];
    exported.publications.push_back({std::string(config::word_of(write.scope)),
                                     store::display(write.ref),
                                     one.digest ? one.digest->str() : std::string(),
                                     one.error ? core::describe(*one.error) : std::string()});
  }
}

docker::SolveRequest export_request(const Job& job, std::size_t index) {
  const Workshop& workshop = job.workshop;
  const plan::TargetPlan& target = job.target;
  docker::SolveRequest request = solve_request(
      workshop, job.plan, target, target.name + "-cache-" + std::to_string(index) + ".json");
  request.argv = docker::export_argv(
      target, target.exports[index], job.plan.builder, job.sources, {request.metadata_file});
  request.export_timeout = job.plan.timeouts.export_;
  // What the export solve says again of the steps is no news.
  request.on_event = [&view = workshop.view, name = target.name](const docker::Event& event) {
    if (event.kind == docker::EventKind::failed) {
      view.event(name, event);
    }
  };
  return request;
}

Exported export_one(const Job& job, std::size_t index) {
  const plan::CacheExport& cache_export = job.target.exports[index];
  Exported exported;
  if (auto ready = job.workshop.store.prepare(cache_export.staging); !ready) {
    exported.trouble = core::describe(ready.error());
    return exported;
  }
  const Seams& seams = job.workshop.seams;
  auto solved =
      docker::solve(seams.processes, seams.files, seams.clock, export_request(job, index));
  if (!solved) {
    exported.trouble = core::describe(solved.error());
    return exported;
  }
  exported.solve = std::move(*solved);
  if (exported.solve->failure != docker::Failure::none) {
    exported.trouble = exported.solve->message;
    return exported;
  }
  publish(job, cache_export, exported);
  return exported;
}

// The longest of the solves, which ran side by side, stands for all.
void add(Exported exported, const std::string& platform, report::TargetResult& result) {
  if (exported.solve &&
      (!result.cache_export || result.cache_export->wall < exported.solve->wall)) {
    result.cache_export = std::move(exported.solve);
  }
  if (!exported.trouble.empty()) {
    result.export_failed = true;
    result.export_note += (result.export_note.empty() ? "" : "; ") + platform +
                          (platform.empty() ? "" : ": ") + exported.trouble;
  }
  std::ranges::move(exported.publications, std::back_inserter(result.publications));
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
  workshop.view.line(target.name + ": exporting the cache");
  const Job job{workshop, plan, target, sources, report::cold_time(target, result)};
  std::vector<Exported> exported(target.exports.size());
  sys::for_each_parallel(
      exported.size(), exported.size(), [&](std::size_t i) { exported[i] = export_one(job, i); });
  for (std::size_t i = 0; i < exported.size(); ++i) {
    add(std::move(exported[i]), target.exports[i].platform, result);
  }
}

}  // namespace buildcache::commands
