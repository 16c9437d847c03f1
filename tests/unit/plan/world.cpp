#include "world.hpp"

#include <algorithm>
#include <iterator>

namespace buildcache::plan {

using config::RuleKind;
using config::TrustLevel;
using config::WriteScope;

config::FallbackRule rule(RuleKind kind, const std::string& word, const std::string& argument) {
  return {kind, argument, word};
}

World::World() {
  config.directory = "/src/shop";
  config.cache.store = config::StoreKind::registry;
  config.cache.fallback = {rule(RuleKind::pr, "pr"),
                           rule(RuleKind::commit, "commit"),
                           rule(RuleKind::branch, "branch"),
                           rule(RuleKind::merge_base, "merge-base"),
                           rule(RuleKind::base, "base"),
                           rule(RuleKind::default_branch, "default")};
  config.cache.write = {{TrustLevel::protected_branch, {WriteScope::commit, WriteScope::branch}},
                        {TrustLevel::merge_queue, {WriteScope::commit}},
                        {TrustLevel::branch, {WriteScope::branch}},
                        {TrustLevel::pull_request, {WriteScope::pr}}};
  config::Target api;
  api.name = "api";
  api.tags = {"ghcr.io/acme/api:{short-sha}"};
  config.targets = {api};
  location.repository = {"ghcr.io", "acme/cache"};
  git.root = "/src/shop";
  git.head = commit('a');
  ci.provider = ci::Provider::github;
  ci.sha = git.head;
  ci.default_branch = "main";
}

Facts World::facts() {
  trust = decide_trust(config, git, ci);
  return {config, git, ci, location, trust};
}

std::vector<Candidate> World::candidates_of_api() {
  return candidates(facts(), config.targets.front());
}

core::Result<Plan> World::planned(const std::vector<store::Answer>& answers) {
  const Facts all = facts();
  std::vector<TargetFacts> targets;
  for (const config::Target& target : config.targets) {
    for (const std::string& platform : cached_platforms(config, target)) {
      targets.push_back({target.name,
                         candidates(all, target, platform),
                         answers,
                         writes(all, target, platform),
                         {},
                         platform});
    }
  }
  return make_plan(all, capabilities, targets, wishes);
}

World push_to(const std::string& branch) {
  World world;
  world.ci.event = ci::Event::push;
  world.ci.event_name = "push";
  world.ci.branch = branch;
  world.git.branch = branch;
  world.git.head_walk = {commit('b'), commit('c')};
  if (branch != "main") {
    world.git.tree_base = git::BasePoint{commit('b'), "local graph", {commit('b'), commit('c')}};
    world.git.fork_point = world.git.tree_base;
  }
  return world;
}

World pull_request() {
  World world;
  world.ci.event = ci::Event::pull_request;
  world.ci.event_name = "pull_request";
  ci::Change& change = world.ci.change.emplace();
  change.number = "17";
  change.head_sha = commit('d');
  change.head_branch = "feature";
  change.base_branch = "main";
  change.stated_base_sha = commit('b');
  world.git.parents = {commit('b'), commit('d')};
  world.git.change_head = commit('d');
  world.git.tree_base = git::BasePoint{commit('b'), "local graph", {commit('b'), commit('1')}};
  world.git.fork_point = git::BasePoint{commit('c'), "local graph", {commit('c'), commit('2')}};
  world.git.head_walk = {commit('b'), commit('1')};
  return world;
}

World fork_pull_request() {
  World world = pull_request();
  world.ci.change->fork = true;
  return world;
}

std::vector<std::string> tags_of(const std::vector<Candidate>& candidates) {
  std::vector<std::string> tags;
  std::ranges::transform(candidates, std::back_inserter(tags), [](const Candidate& candidate) {
    return candidate.ref.tag;
  });
  return tags;
}

std::vector<std::string> tags_of(const std::vector<CacheWrite>& writes) {
  std::vector<std::string> tags;
  std::ranges::transform(
      writes, std::back_inserter(tags), [](const CacheWrite& write) { return write.ref.tag; });
  return tags;
}

store::Answer found(const std::string& name,
                    const std::string& trust,
                    const std::string& revision) {
  store::Answer answer;
  answer.verdict = store::Verdict::found;
  answer.digest = core::Digest::of(name);
  answer.inspected = true;
  if (!trust.empty()) {
    answer.stamp = store::Stamp{revision, "main", "2024-05-01T10:00:00Z", trust};
  }
  return answer;
}

store::Answer absent() {
  store::Answer answer;
  answer.verdict = store::Verdict::absent;
  answer.reason = "404 from ghcr.io";
  return answer;
}

bool has_notice(const Plan& plan, const std::string& words) {
  return std::ranges::any_of(plan.notices, [&words](const core::Notice& notice) {
    return notice.message.find(words) != std::string::npos;
  });
}

}  // namespace buildcache::plan
