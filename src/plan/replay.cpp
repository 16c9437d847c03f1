#include "plan/replay.hpp"

#include "plan/candidates.hpp"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <utility>

namespace buildcache::plan {
namespace {

// By tag, the commit whose build published the cache last.
using Published = std::unordered_map<std::string, std::string>;

bool is_at(const std::optional<git::BasePoint>& base, const Candidate& candidate) {
  return base && candidate.scope && candidate.scope->value == base->commit;
}

Finding finding_of(const git::Facts& git, const ci::Facts& ci, const Candidate& candidate) {
  if (!candidate.scope) {
    return Finding::nothing;
  }
  switch (candidate.scope->kind) {
    case core::ScopeKind::pr:
      return Finding::own;
    case core::ScopeKind::commit:
      break;
    default:
      return candidate.scope->value == branch_of(git, ci) ||
                     (ci.change && candidate.scope->value == ci.change->head_branch)
                 ? Finding::branch_tip
                 : Finding::base_tip;
  }
  if (candidate.scope->value == git.head || candidate.scope->value == git.change_head) {
    return Finding::own;
  }
  if (is_at(git.tree_base, candidate)) {
    return Finding::tree_base;
  }
  return is_at(git.fork_point, candidate) ? Finding::fork_point : Finding::ancestor;
}

// Returns how far the commit lies behind; nullopt when it is not on the line, or too far back.
std::optional<std::size_t> distance_to(const git::Facts& git, const std::string& commit) {
  if (commit == git.head) {
    return 0;
  }
  const bool from_base = git.tree_base.has_value();
  const std::vector<std::string>& line = from_base ? git.tree_base->walk : git.head_walk;
  const auto found = std::ranges::find(line, commit);
  if (found == line.end()) {
    return std::nullopt;
  }
  return static_cast<std::size_t>(found - line.begin()) + (from_base ? 0 : 1);
}

void count(FallbackTally& tally,
           const Facts& facts,
           const config::Target& target,
           const Published& published) {
  for (const Candidate& candidate : candidates(facts, target)) {
    const auto found = candidate.refused ? published.end() : published.find(candidate.ref.tag);
    if (found == published.end() || candidate.ref.location != facts.location) {
      continue;
    }
    const Finding finding = finding_of(facts.git, facts.ci, candidate);
    ++tally.builds[static_cast<std::size_t>(finding)];
    if (const auto distance = distance_to(facts.git, found->second)) {
      tally.distances.push_back(*distance);
    }
    return;
  }
  ++tally.builds[static_cast<std::size_t>(Finding::nothing)];
}

}  // namespace

FallbackTally replay(const config::Config& config,
                     const std::vector<ReplayedBuild>& builds,
                     std::string name) {
  FallbackTally tally{std::move(name), {}, {}};
  // Targets differ in their names alone: what one finds, all find.
  config::Target target;
  target.name = "target";
  const store::Location location;
  Published published;
  for (const ReplayedBuild& build : builds) {
    const Trust trust = decide_trust(config, build.git, build.ci);
    const Facts facts{config, build.git, build.ci, location, trust};
    count(tally, facts, target, published);
    const std::string& commit = build.ci.change ? build.git.change_head : build.git.head;
    for (const CacheWrite& write : writes(facts, target)) {
      published[write.ref.tag] = commit;
    }
  }
  std::ranges::sort(tally.distances);
  return tally;
}

}  // namespace buildcache::plan
