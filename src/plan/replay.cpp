#include "plan/replay.hpp"

#include "plan/candidates.hpp"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <utility>

namespace buildcache::plan {
namespace {

// The build that published a cache.
struct Publisher {
  std::string commit;
  std::string tree_of;
};

// By tag, who published the cache last.
using Published = std::unordered_map<std::string, Publisher>;

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

void count_paths(FallbackTally& tally,
                 const Publisher& publisher,
                 const std::string& tree_of,
                 const HasChanged& has_changed) {
  if (!has_changed) {
    return;
  }
  const bool known = !publisher.tree_of.empty() && !tree_of.empty();
  const auto changed = known ? has_changed(publisher.tree_of, tree_of) : std::nullopt;
  if (!changed) {
    ++tally.untold;
  } else {
    ++(*changed ? tally.changed : tally.unchanged);
  }
}

// Counts what the build finds, and returns who published it; nullptr: nothing is found.
const Publisher* count(FallbackTally& tally,
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
    if (const auto distance = distance_to(facts.git, found->second.commit)) {
      tally.distances.push_back(*distance);
    }
    return &found->second;
  }
  ++tally.builds[static_cast<std::size_t>(Finding::nothing)];
  return nullptr;
}

}  // namespace

FallbackTally replay(const config::Config& config,
                     const std::vector<ReplayedBuild>& builds,
                     std::string name,
                     const HasChanged& has_changed) {
  FallbackTally tally;
  tally.name = std::move(name);
  // Targets differ in their names alone: what one finds, all find.
  config::Target target;
  target.name = "target";
  const store::Location location;
  Published published;
  for (const ReplayedBuild& build : builds) {
    const Trust trust = decide_trust(config, build.git, build.ci);
    const Facts facts{config, build.git, build.ci, location, trust};
    if (const Publisher* publisher = count(tally, facts, target, published)) {
      count_paths(tally, *publisher, build.tree_of, has_changed);
    }
    if (build.failed) {
      continue;
    }
    const std::string& commit = build.ci.change ? build.git.change_head : build.git.head;
    for (const CacheWrite& write : writes(facts, target)) {
      published[write.ref.tag] = {commit, build.tree_of};
    }
  }
  std::ranges::sort(tally.distances);
  return tally;
}

}  // namespace buildcache::plan
