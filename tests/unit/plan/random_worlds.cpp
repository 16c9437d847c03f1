#include "random_worlds.hpp"

#include <algorithm>

namespace buildcache::plan {

using config::RuleKind;
using config::TrustLevel;
using config::WriteScope;
using store::Verdict;

Sample Generator::sample() {
  Sample made;
  made.world = world();
  const Facts facts = made.world.facts();
  for (const config::Target& target : made.world.config.targets) {
    TargetFacts asked{target.name, candidates(facts, target), {}, writes(facts, target), {}};
    asked.commit = built_commit(facts.git);
    for (std::size_t i = 0; i < asked.candidates.size(); ++i) {
      asked.answers.push_back(answer());
    }
    for (std::size_t i = 0; i < asked.writes.size(); ++i) {
      asked.write_answers.push_back(answer());
    }
    made.targets.push_back(std::move(asked));
  }
  return made;
}

int Generator::below(int limit) {
  return std::uniform_int_distribution<int>(0, limit - 1)(random_);
}
bool Generator::one_in(int many) {
  return below(many) == 0;
}

std::string Generator::branch() {
  return any_of<std::string>(
      {"main", "develop", "feat/a", "feat-a", "Feat/A", "", "x--y", std::string(200, 'b'), "p-1"});
}

std::string Generator::id() {
  return commit(any_of<char>({'a', 'b', 'c', 'd', 'e', 'f'}));
}

std::vector<std::string> Generator::walk() {
  std::vector<std::string> commits;
  for (int length = below(5); length > 0; --length) {
    commits.push_back(id());
  }
  return commits;
}

std::optional<git::BasePoint> Generator::base() {
  return one_in(3) ? std::nullopt : std::optional(git::BasePoint{id(), "local graph", walk()});
}

config::FallbackRule Generator::fallback_rule() {
  return any_of<config::FallbackRule>(
      {rule(RuleKind::pr, "pr"),
       rule(RuleKind::commit, "commit"),
       rule(RuleKind::branch, "branch"),
       rule(RuleKind::merge_base, "merge-base"),
       rule(RuleKind::base, "base"),
       rule(RuleKind::default_branch, "default"),
       rule(RuleKind::name, "name:x", "x"),
       rule(RuleKind::literal, "q.io/a:b", "q.io/a:b"),
       rule(RuleKind::literal, "own p", "ghcr.io/acme/cache:api--p-17"),
       rule(RuleKind::literal, "own b", "ghcr.io/acme/cache:api--b-feat-a"),
       rule(RuleKind::literal, "own x", "ghcr.io/acme/cache:web--b-main")});
}

void Generator::fill_ci(ci::Facts& ci) {
  ci.event = static_cast<ci::Event>(below(9));
  ci.sha = one_in(4) ? "" : id();
  ci.branch = branch();
  ci.tag = one_in(5) ? "v1" : "";
  ci.default_branch = one_in(4) ? "" : "main";
  if (one_in(2)) {
    ci::Change& change = ci.change.emplace();
    change.number = one_in(5) ? "" : std::to_string(below(30));
    change.head_sha = id();
    change.head_branch = branch();
    change.base_branch = branch();
    change.fork = one_in(2);
  }
  ci.queue_base_branch = one_in(4) ? "main" : "";
  ci.ref_protected = one_in(4);
  ci.forces_read_only = one_in(6);
}

void Generator::fill_git(git::Facts& git) {
  git.head = one_in(6) ? "" : id();
  git.branch = branch();
  git.dirty = one_in(4);
  git.change_head = one_in(2) ? id() : "";
  git.tree_base = base();
  git.fork_point = base();
  git.head_walk = walk();
}

void Generator::fill_config(config::Config& config) {
  config.cache.fallback.clear();
  for (int length = below(8); length > 0; --length) {
    config.cache.fallback.push_back(fallback_rule());
  }
  config.cache.lookback = below(6);
  config.cache.max_sources = below(5);
  for (int level = 0; level < 6; ++level) {
    std::vector<WriteScope>& scopes = config.cache.write[static_cast<TrustLevel>(level)];
    for (int length = below(4); length > 0; --length) {
      scopes.push_back(static_cast<WriteScope>(below(3)));
    }
  }
  for (const std::string name : {"web", "a-b", "a.b"}) {
    config::Target target;
    target.name = name;
    config.targets.push_back(target);
  }
  std::ranges::shuffle(config.targets, random_);
}

World Generator::world() {
  World made;
  fill_config(made.config);
  fill_git(made.git);
  fill_ci(made.ci);
  made.capabilities.registry_export = !one_in(8);
  made.capabilities.zstd = !one_in(3);
  made.wishes.cache_export = !one_in(8);
  made.wishes.no_cache = one_in(10);
  return made;
}

store::Answer Generator::answer() {
  store::Answer made;
  made.verdict = static_cast<Verdict>(one_in(2) ? 0 : below(10));
  if (made.verdict == Verdict::found || made.verdict == Verdict::unusable) {
    made.digest = core::Digest::of(std::to_string(below(6)));
    made.inspected = !one_in(3);
  }
  if (made.inspected && !one_in(3)) {
    made.stamp = store::Stamp{
        id(),
        branch(),
        "",
        any_of<std::string>(
            {"protected", "merge-queue", "branch", "pull-request", "tag", "fork", "god", ""})};
  }
  return made;
}

}  // namespace buildcache::plan
