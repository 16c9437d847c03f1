#include "commands/build_target.hpp"

#include "commands/export_cache.hpp"
#include "core/text.hpp"
#include "docker/argv.hpp"
#include "docker/solve.hpp"
#include "store/spec.hpp"

#include <algorithm>
#include <thread>
#include <utility>
#include <vector>

namespace buildcache::commands {

namespace {

// The caches of one attempt, with the names people know them by.
struct Sources {
  std::vector<core::CacheSpec> specs;
  std::vector<std::string> names;
};

Sources all_sources(const plan::TargetPlan& target) {
  Sources sources;
  sources.specs = target.cache_from;
  for (const std::size_t index : target.chosen) {
    sources.names.push_back(store::display(target.candidates[index].candidate.ref));
  }
  return sources;
}

Sources without(const Sources& sources, const std::string& ref) {
  Sources rest;
  for (std::size_t i = 0; i < sources.specs.size(); ++i) {
    if (sources.specs[i].get("ref") != ref && sources.names[i] != ref) {
      rest.specs.push_back(sources.specs[i]);
      rest.names.push_back(sources.names[i]);
    }
  }
  // A name that is none of ours tells nothing: leave all out.
  return rest.specs.size() == sources.specs.size() ? Sources{} : rest;
}

class TargetBuild {
 public:
  TargetBuild(const Workshop& workshop, const plan::Plan& plan, const plan::TargetPlan& target)
      : workshop_(workshop), plan_(plan), target_(target), sources_(all_sources(target)) {
    result_.name = target.name;
  }

  report::TargetResult run(const BesideExport& beside_export) {
    workshop_.view.target_started(target_.name);
    build_product();
    if (result_.status == report::Status::built) {
      const std::jthread beside([this, &beside_export] {
        if (beside_export) {
          beside_export(result_.product);
        }
      });
      export_cache();
    }
    workshop_.view.target_finished(target_.name, outcome());
    return std::move(result_);
  }

 private:
  // At most two reruns: without the cache that broke, then without any.
  void build_product() {
    bool failed = !attempt();
    for (int rerun = 0; rerun < 2 && !failed; ++rerun) {
      if (!broke_through_a_cache()) {
        break;
      }
      leave_out_broken_cache(rerun);
      failed = !attempt();
    }
    if (!failed) {
      judge_product();
    }
  }

  [[nodiscard]] bool broke_through_a_cache() const {
    return result_.product.failure == docker::Failure::import && !sources_.specs.empty();
  }

  void leave_out_broken_cache(int rerun) {
    const std::string broken = result_.product.failed_import;
    Sources rest = rerun == 0 && !broken.empty() ? without(sources_, broken) : Sources{};
    const bool all = rest.specs.empty() && sources_.specs.size() > 1;
    std::string left_out = all || broken.empty() ? "all caches" : broken;
    workshop_.view.line("cache import failed, building again without " + left_out + ": " +
                        result_.product.message);
    result_.reruns.push_back({std::move(left_out), result_.product.message});
    sources_ = std::move(rest);
  }

  // Returns false when docker could not even be run; the result then says so.
  bool attempt() {
    docker::SolveRequest request =
        solve_request(workshop_, plan_, target_, target_.name + "-product.json");
    request.argv = docker::product_argv(
        target_, plan_.builder, sources_.specs, {request.metadata_file, workshop_.scratch + "/"});
    for (const core::CacheSpec& spec : sources_.specs) {
      const std::string_view ref = spec.get("ref");
      request.our_imports.emplace_back(ref.empty() ? spec.get("src") : ref);
    }
    auto solved = docker::solve(
        workshop_.seams.processes, workshop_.seams.files, workshop_.seams.clock, request);
    if (!solved) {
      result_.status = report::Status::failed;
      result_.product.failure = docker::Failure::engine;
      result_.message = core::describe(solved.error());
      return false;
    }
    result_.product = std::move(*solved);
    return true;
  }

  void judge_product() {
    const docker::SolveResult& product = result_.product;
    if (product.failure == docker::Failure::none) {
      result_.status = report::Status::built;
      result_.pushed = target_.build.push;
      return;
    }
    const bool cancelled =
        product.failure == docker::Failure::cancelled || workshop_.seams.interruption.raised();
    result_.status = cancelled ? report::Status::cancelled : report::Status::failed;
    result_.message = product.message;
  }

  void export_cache() {
    if (target_.exports.empty()) {
      result_.export_note = target_.no_export_why;
      return;
    }
    const bool all_current = std::ranges::all_of(target_.exports, [](const auto& one) {
      return std::ranges::all_of(one.writes, &plan::CacheWrite::current);
    });
    const bool all_cached = result_.product.cached_steps() == result_.product.total_steps();
    // A cache that has just broken a build is written anew, whatever it is stamped with.
    if (all_current && all_cached && result_.reruns.empty()) {
      result_.export_note = "no step ran and every cache already carries this commit's stamp";
      return;
    }
    export_and_publish(workshop_, plan_, target_, sources_.specs, result_);
  }

  [[nodiscard]] std::string outcome() const {
    if (result_.status != report::Status::built) {
      return std::string(report::word_of(result_.status)) + ": " + result_.message;
    }
    return std::to_string(result_.product.cached_steps()) + " of " +
           std::to_string(result_.product.total_steps()) + " steps cached, " +
           core::human_duration(result_.product.wall);
  }

  const Workshop& workshop_;
  const plan::Plan& plan_;
  const plan::TargetPlan& target_;
  Sources sources_;
  report::TargetResult result_;
};

}  // namespace

report::TargetResult build_target(const Workshop& workshop,
                                  const plan::Plan& plan,
                                  const plan::TargetPlan& target,
                                  const BesideExport& beside_export) {
  return TargetBuild(workshop, plan, target).run(beside_export);
}

}  // namespace buildcache::commands
