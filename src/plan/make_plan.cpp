#include "plan/make_plan.hpp"

#include "plan/build_of.hpp"
#include "plan/choose.hpp"
#include "plan/choose_builder.hpp"
#include "plan/exports.hpp"
#include "plan/foreign_platforms.hpp"
#include "plan/notices.hpp"
#include "plan/plain_http.hpp"
#include "plan/scopes.hpp"
#include "plan/shown.hpp"
#include "plan/store_support.hpp"
#include "plan/target_contexts.hpp"
#include "store/spec.hpp"

#include <algorithm>
#include <iterator>
#include <span>
#include <utility>

namespace buildcache::plan {

namespace {

void append(std::vector<core::Notice>& all, std::vector<core::Notice> more) {
  std::ranges::move(more, std::back_inserter(all));
}

// Empty where caches are imported.
std::string no_cache_why(const Build& build, const Wishes& wishes) {
  if (!build.no_cache) {
    return "";
  }
  return wishes.no_cache ? "--no-cache" : "the target's `no-cache`";
}

std::string not_asked_why(const Facts& facts, const std::string& no_cache) {
  if (facts.no_store) {
    return facts.no_store->message;
  }
  return no_cache.empty() ? "not asked" : no_cache;
}

// What the builder cannot import is as good as not found.
TargetFacts importable(TargetFacts target, const docker::Capabilities& capabilities) {
  for (std::size_t i = 0; i < std::min(target.candidates.size(), target.answers.size()); ++i) {
    if (!can_import(target.candidates[i].ref.location.kind, capabilities)) {
      target.answers[i] = {};
      target.answers[i].reason = "the builder cannot import from this store";
    }
  }
  return target;
}

// Fills in what was looked for, what was found and what is imported.
void fill_sources(const Facts& facts,
                  const TargetFacts& target,
                  const Wishes& wishes,
                  TargetPlan& plan) {
  const std::string no_cache = no_cache_why(plan.build, wishes);
  const int most = plan.build.no_cache ? 0 : facts.config.cache.max_sources;
  const std::size_t first = plan.candidates.size();
  Choice choice = choose(target, facts.trust, most, Uninspected::must_not_be_chosen);
  for (std::size_t i = 0; i < target.candidates.size(); ++i) {
    ProbedCandidate probed{target.candidates[i],
                           std::move(choice.answers[i]),
                           false,
                           std::move(choice.passed_over[i])};
    if (probed.answer.verdict == store::Verdict::skipped && probed.answer.reason.empty()) {
      probed.answer.reason = not_asked_why(facts, no_cache);
    }
    if (!no_cache.empty() && !probed.passed_over.empty()) {
      probed.passed_over = no_cache;
    }
    plan.candidates.push_back(std::move(probed));
  }
  for (const std::size_t index : choice.chosen) {
    ProbedCandidate& probed = plan.candidates[first + index];
    probed.chosen = true;
    store::CacheRef pinned = probed.candidate.ref;
    if (probed.answer.digest) {
      pinned.digest = probed.answer.digest;
    }
    core::CacheSpec spec = store::import_spec(pinned);
    // A literal reference may be every platform's choice.
    if (std::ranges::find(plan.cache_from, spec) == plan.cache_from.end()) {
      plan.cache_from.push_back(std::move(spec));
      plan.chosen.push_back(first + index);
    }
  }
}

std::size_t parts_of_first(std::span<const TargetFacts> targets) {
  const auto other = std::ranges::find_if(
      targets, [&](const TargetFacts& part) { return part.name != targets.front().name; });
  return static_cast<std::size_t>(std::distance(targets.begin(), other));
}

// `parts` are of one target: itself, or each of its platforms.
core::Result<TargetPlan> plan_target(const Facts& facts,
                                     const docker::Capabilities& capabilities,
                                     std::span<const TargetFacts> parts,
                                     const Wishes& wishes,
                                     std::vector<core::Notice>& notices) {
  const auto& all = facts.config.targets;
  const std::string& name = parts.front().name;
  const auto config = std::ranges::find(all, name, &config::Target::name);
  if (config == all.end()) {
    return core::fail(core::ErrorKind::internal, "no target '" + shown(name) + "' to plan");
  }
  TargetPlan plan;
  plan.name = config->name;
  plan.needs = config->needs;
  core::Result<Build> build =
      build_of(facts, *config, wishes, compression_of(facts.config.cache, capabilities), notices);
  if (!build) {
    return tl::unexpected(build.error());
  }
  plan.build = *std::move(build);
  for (const TargetFacts& part : parts) {
    fill_sources(facts, importable(part, capabilities), wishes, plan);
    ExportDecision decision = decide_export(facts, capabilities, part, wishes);
    if (decision.cache_export) {
      plan.exports.push_back(*std::move(decision.cache_export));
    }
    plan.no_export_why = std::move(decision.no_export_why);
  }
  plan.silent_rules = silent_rules(facts, parts.front().candidates);
  append(notices, notices_of_unstamped(plan, facts.trust));
  return plan;
}

// BuildKit's docker exporter knows no image of several platforms; containerd's image store does.
core::Result<void> check_loadable(const TargetPlan& target, const BuilderChoice& builder) {
  if (!target.build.load || target.build.platforms.size() < 2 || builder.driver == "docker") {
    return {};
  }
  return core::fail(core::ErrorKind::config,
                    "target '" + target.name +
                        "': an image of several platforms cannot be loaded "
                        "from a " +
                        builder.driver + " builder",
                    "load one platform, push instead of loading, or build with `builder: {driver: "
                    "docker}` on an engine with containerd's image store");
}

Plan plan_without_targets(const Facts& facts, const BuilderDecision& builder) {
  Plan plan;
  plan.ci = facts.ci;
  plan.git = facts.git;
  plan.branch = branch_of(facts.git, facts.ci);
  plan.default_branch = default_branch_of(facts.git, facts.ci);
  plan.trust = facts.trust;
  plan.directory = facts.config.directory;
  plan.capabilities = builder.capabilities;
  plan.builder = builder.choice;
  plan.timeouts = facts.config.cache.timeout;
  plan.notices = facts.config.notices;
  append(plan.notices, facts.ci.notices);
  append(plan.notices, facts.git.notices);
  return plan;
}

}  // namespace

core::Result<Plan> make_plan(const Facts& facts,
                             const docker::Capabilities& detected,
                             const std::vector<TargetFacts>& targets,
                             const Wishes& wishes) {
  const BuilderDecision builder = choose_builder(facts, detected, wishes);
  const docker::Capabilities& capabilities = builder.capabilities;
  Plan plan = plan_without_targets(facts, builder);
  if (builder.notice) {
    plan.notices.push_back(*builder.notice);
  }
  append(plan.notices, notices_of_facts(facts, capabilities));
  append(plan.notices, notices_of_dropped_scopes(facts));
  append(plan.notices, notices_of_exports(facts, capabilities, wishes));
  std::vector<core::Notice> of_targets;
  for (std::span<const TargetFacts> rest = targets; !rest.empty();) {
    const auto parts = rest.first(parts_of_first(rest));
    rest = rest.subspan(parts.size());
    core::Result<TargetPlan> planned = plan_target(facts, capabilities, parts, wishes, of_targets);
    if (!planned) {
      return tl::unexpected(planned.error());
    }
    // As the engine's own builder would have done.
    Build& build = planned->build;
    build.load = build.load || (builder.choice.create && !build.push &&
                                build.options.outputs.empty() && build.platforms.size() < 2);
    if (auto loadable = check_loadable(*planned, builder.choice); !loadable) {
      return tl::unexpected(loadable.error());
    }
    append(of_targets, notices_of_plain_http(facts.config, *planned, builder.choice.driver));
    plan.targets.push_back(*std::move(planned));
  }
  link_contexts(plan.targets);
  if (const auto once = check_written_once(plan.targets); !once) {
    return tl::unexpected(once.error());
  }
  append(plan.notices, notices_of_answers(plan.targets));
  append(plan.notices, notices_of_platforms(plan.targets, capabilities.platforms));
  append(plan.notices, std::move(of_targets));
  return plan;
}

}  // namespace buildcache::plan
