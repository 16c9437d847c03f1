#include "facts_file.hpp"

#include "config/config.hpp"
#include "store/spec.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <initializer_list>
#include <stdexcept>
#include <string_view>

namespace buildcache::report {
namespace {

using Json = nlohmann::json;
using std::chrono::milliseconds;

void only(const Json& object, std::initializer_list<std::string_view> keys) {
  for (const auto& [key, value] : object.items()) {
    if (std::ranges::find(keys, key) == keys.end()) {
      throw std::runtime_error("facts.json: unknown key " + key);
    }
  }
}

std::string text(const Json& object, const char* key) {
  return object.value(key, std::string());
}

milliseconds time_of(const Json& object, const char* key) {
  return milliseconds(object.value(key, 0));
}

const Json& list(const Json& object, const char* key) {
  static const Json kEmpty = Json::array();
  return object.contains(key) ? object.at(key) : kEmpty;
}

// The value of an enumeration whose word is `word`.
template <typename Enum>
Enum from_word(const std::string& word, std::string_view (*word_of_value)(Enum), Enum last) {
  for (int i = 0; i <= static_cast<int>(last); ++i) {
    if (word_of_value(static_cast<Enum>(i)) == word) {
      return static_cast<Enum>(i);
    }
  }
  throw std::runtime_error("facts.json: unknown word " + word);
}

core::Notice notice(const Json& json) {
  only(json, {"severity", "message", "remedy", "target"});
  return {text(json, "severity") == "notice" ? core::Severity::notice : core::Severity::warning,
          text(json, "message"),
          text(json, "remedy"),
          text(json, "target")};
}

void read_ci(const Json& json, ci::Facts& ci) {
  only(json, {"provider", "event", "branch", "tag", "change"});
  ci.provider = from_word<ci::Provider>(
      json.at("provider").get<std::string>(), ci::word_of, ci::Provider::github);
  ci.event =
      from_word<ci::Event>(json.at("event").get<std::string>(), ci::word_of, ci::Event::other);
  ci.branch = text(json, "branch");
  ci.tag = text(json, "tag");
  if (json.contains("change")) {
    const Json& change = json.at("change");
    only(change, {"number", "head_branch", "base_branch", "fork"});
    ci.change.emplace();
    ci.change->number = text(change, "number");
    ci.change->head_branch = text(change, "head_branch");
    ci.change->base_branch = text(change, "base_branch");
    ci.change->fork = change.value("fork", false);
  }
}

std::optional<git::BasePoint> base(const Json& git, const char* key) {
  if (!git.contains(key)) {
    return std::nullopt;
  }
  const Json& base = git.at(key);
  only(base, {"commit", "source", "walk"});
  return git::BasePoint{text(base, "commit"),
                        text(base, "source"),
                        list(base, "walk").get<std::vector<std::string>>()};
}

void read_git(const Json& json, git::Facts& git) {
  only(json,
       {"head", "branch", "dirty", "tree_base", "fork_point", "more_asked", "ladder", "head_walk"});
  git.head = text(json, "head");
  git.branch = text(json, "branch");
  git.dirty = json.value("dirty", false);
  git.head_walk = list(json, "head_walk").get<std::vector<std::string>>();
  for (const Json& step : list(json, "ladder")) {
    only(step, {"step", "answered", "words"});
    git.ladder.push_back(
        {text(step, "step"), step.at("answered").get<bool>(), text(step, "words")});
  }
  git.tree_base = base(json, "tree_base");
  git.fork_point = base(json, "fork_point");
  if (json.contains("more_asked")) {
    const Json& asked = json.at("more_asked");
    only(asked, {"source", "depth", "trouble"});
    git.more_asked =
        git::MoreAsked{text(asked, "source"), asked.at("depth").get<int>(), text(asked, "trouble")};
  }
}

config::WriteScope scope(const std::string& word) {
  return from_word<config::WriteScope>(word, config::word_of, config::WriteScope::pr);
}

void read_trust(const Json& json, plan::Trust& trust) {
  only(json, {"level", "write", "reason"});
  trust.level = from_word<config::TrustLevel>(
      json.at("level").get<std::string>(), config::word_of, config::TrustLevel::fork);
  trust.reason = text(json, "reason");
  for (const Json& word : list(json, "write")) {
    trust.write.push_back(scope(word.get<std::string>()));
  }
}

store::CacheRef cache_of(const std::string& tag) {
  return {{config::StoreKind::registry, {"ghcr.io", "acme/shop/cache"}, ""}, tag, std::nullopt};
}

void read_candidate(const Json& json, plan::TargetPlan& target) {
  only(json,
       {"tag", "rule", "why", "verdict", "reason", "chosen", "of_history", "passed_over", "cold"});
  plan::ProbedCandidate probed;
  probed.candidate.ref = cache_of(json.at("tag").get<std::string>());
  probed.candidate.rule = text(json, "rule");
  probed.candidate.why = text(json, "why");
  probed.candidate.of_history = json.value("of_history", false);
  probed.answer.verdict = from_word<store::Verdict>(
      json.at("verdict").get<std::string>(), store::word_of, store::Verdict::skipped);
  probed.answer.reason = text(json, "reason");
  if (probed.answer.verdict == store::Verdict::found) {
    probed.answer.digest = core::Digest::of(probed.candidate.ref.tag);
  }
  if (json.contains("cold")) {
    probed.answer.stamp.emplace().cold = time_of(json, "cold");
  }
  probed.passed_over = text(json, "passed_over");
  probed.chosen = json.value("chosen", false);
  if (probed.chosen) {
    store::CacheRef pinned = probed.candidate.ref;
    pinned.digest = probed.answer.digest;
    target.chosen.push_back(target.candidates.size());
    target.cache_from.push_back(store::import_spec(pinned));
  }
  target.candidates.push_back(std::move(probed));
}

void read_writes(const Json& json, plan::TargetPlan& target) {
  target.no_export_why = text(json, "no_export_why");
  if (!json.contains("writes")) {
    return;
  }
  plan::CacheExport& cache_export = target.exports.emplace_back();
  cache_export.staging = cache_of(target.name + "--x-0123456789ab");
  for (const Json& write : json.at("writes")) {
    only(write, {"scope", "tag", "current"});
    cache_export.writes.push_back(
        {scope(text(write, "scope")), cache_of(text(write, "tag")), write.value("current", false)});
    cache_export.specs.push_back(store::export_spec(cache_export.writes.back().ref, {}));
  }
}

std::vector<store::CacheRef> caches(const Json& json, const char* key) {
  std::vector<store::CacheRef> refs;
  for (const Json& tag : list(json, key)) {
    refs.push_back(cache_of(tag.get<std::string>()));
  }
  return refs;
}

plan::MountPlan mount(const Json& json) {
  only(json, {"id", "lines", "restore", "save", "no_save_why", "why_not"});
  plan::MountPlan mount;
  mount.mount.identity.id = text(json, "id");
  mount.mount.lines = list(json, "lines").get<std::vector<int>>();
  mount.restore = caches(json, "restore");
  mount.save = caches(json, "save");
  mount.no_save_why = text(json, "no_save_why");
  mount.why_not = text(json, "why_not");
  return mount;
}

MountStep mount_step(const Json& json) {
  only(json,
       {"outcome", "why", "entries", "content", "moved", "left_out", "ms", "direct", "failed"});
  MountStep step;
  step.outcome = text(json, "outcome");
  step.why = text(json, "why");
  step.entries = json.value("entries", 0);
  step.content = json.value("content", 0);
  step.moved = json.value("moved", 0);
  step.took = time_of(json, "ms");
  step.left_out = json.value("left_out", 0);
  step.direct = json.value("direct", false);
  step.failed = json.value("failed", false);
  return step;
}

docker::Step step(const Json& json) {
  only(json, {"name", "ms", "cached", "internal", "base"});
  docker::Step step;
  step.name = text(json, "name");
  step.duration = time_of(json, "ms");
  step.cached = json.value("cached", false);
  step.internal = json.value("internal", false);
  step.base = json.value("base", false);
  step.started = step.completed = true;
  return step;
}

void read_product(const Json& json, docker::SolveResult& product) {
  product.wall = time_of(json, "wall");
  product.image_digest = text(json, "digest");
  product.image_id = text(json, "imageid");
  product.metadata = json.contains("metadata") ? json.at("metadata").dump() : "";
  for (const Json& one : list(json, "steps")) {
    product.steps.push_back(step(one));
  }
  for (const Json& one : list(json, "imports")) {
    only(one, {"ref", "error"});
    product.imports.push_back(
        {text(one, "ref"), text(one, "error").empty(), text(one, "error"), milliseconds(0)});
  }
  for (const Json& one : list(json, "build_warnings")) {
    product.build_warnings.push_back(one.get<std::string>());
  }
}

TargetResult read_result(const Json& json, const plan::TargetPlan& planned) {
  only(json,
       {"status",
        "message",
        "wall",
        "digest",
        "imageid",
        "metadata",
        "steps",
        "imports",
        "build_warnings",
        "reruns",
        "export_wall",
        "export_note",
        "export_failed",
        "publications",
        "mounts",
        "pushed"});
  TargetResult result;
  result.name = planned.name;
  result.status =
      from_word<Status>(json.at("status").get<std::string>(), word_of, Status::cancelled);
  result.message = text(json, "message");
  result.pushed = json.value("pushed", false);
  read_product(json, result.product);
  for (const Json& one : list(json, "reruns")) {
    only(one, {"without", "why"});
    result.reruns.push_back({text(one, "without"), text(one, "why")});
  }
  if (json.contains("export_wall")) {
    result.cache_export.emplace().wall = time_of(json, "export_wall");
  }
  result.export_note = text(json, "export_note");
  result.export_failed = json.value("export_failed", false);
  for (const Json& one : list(json, "publications")) {
    only(one, {"scope", "tag", "error"});
    const std::string shown = store::display(cache_of(text(one, "tag")));
    result.publications.push_back({text(one, "scope"), shown, "", text(one, "error")});
  }
  const Json none = Json::object();
  for (const Json& one : list(json, "mounts")) {
    only(one, {"id", "restore", "save"});
    result.mounts.push_back({text(one, "id"),
                             mount_step(one.value("restore", none)),
                             mount_step(one.value("save", none))});
  }
  return result;
}

plan::TargetPlan read_target(const Json& json) {
  only(json,
       {"name",
        "needs",
        "tags",
        "push",
        "push_skipped_why",
        "no_cache",
        "candidates",
        "silent_rules",
        "writes",
        "no_export_why",
        "mounts",
        "result"});
  plan::TargetPlan target;
  target.name = json.at("name").get<std::string>();
  target.needs = list(json, "needs").get<std::vector<std::string>>();
  target.build.tags = list(json, "tags").get<std::vector<std::string>>();
  target.build.push = json.value("push", false);
  target.build.push_skipped_why = text(json, "push_skipped_why");
  target.build.no_cache = json.value("no_cache", false);
  for (const Json& silent : list(json, "silent_rules")) {
    only(silent, {"rule", "why"});
    target.silent_rules.push_back({text(silent, "rule"), text(silent, "why")});
  }
  for (const Json& candidate : list(json, "candidates")) {
    read_candidate(candidate, target);
  }
  for (const Json& one : list(json, "mounts")) {
    target.mounts.push_back(mount(one));
  }
  read_writes(json, target);
  return target;
}

void read_plan(const Json& json, plan::Plan& plan) {
  read_ci(json.at("ci"), plan.ci);
  read_git(json.at("git"), plan.git);
  read_trust(json.at("trust"), plan.trust);
  plan.branch = text(json, "branch");
  plan.default_branch = text(json, "default_branch");
  plan.builder = {text(json, "builder"), "docker"};
  plan.capabilities.assumed = json.value("assumed", false);
  for (const Json& one : list(json, "notices")) {
    plan.notices.push_back(notice(one));
  }
}

}  // namespace

GoldenFacts read_facts(const std::string& json) {
  const Json document = Json::parse(json);
  only(document,
       {"ci",
        "git",
        "trust",
        "branch",
        "default_branch",
        "builder",
        "assumed",
        "notices",
        "targets",
        "run_notices",
        "phases",
        "wall"});
  GoldenFacts facts;
  read_plan(document, facts.plan);
  for (const Json& target : document.at("targets")) {
    facts.plan.targets.push_back(read_target(target));
    const plan::TargetPlan& planned = facts.plan.targets.back();
    facts.commands.push_back({{{"docker", "buildx", "build", "--target", planned.name, "."}}});
    facts.result.targets.push_back(read_result(target.at("result"), planned));
  }
  for (const Json& one : list(document, "run_notices")) {
    facts.result.notices.push_back(notice(one));
  }
  for (const Json& phase : list(document, "phases")) {
    facts.result.phases.emplace_back(phase.at(0).get<std::string>(),
                                     milliseconds(phase.at(1).get<int>()));
  }
  facts.result.wall = time_of(document, "wall");
  return facts;
}

}  // namespace buildcache::report
