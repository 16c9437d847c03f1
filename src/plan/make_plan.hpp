// Facts, answers and wishes -> Plan. Pure.
#pragma once

#include "core/result.hpp"
#include "docker/capabilities.hpp"
#include "plan/candidates.hpp"
#include "plan/plan.hpp"

#include <string>
#include <vector>

namespace buildcache::plan {

// What the command line wishes.
struct Wishes {
  std::vector<std::string> targets;  // empty: all; what they need is added
  bool push = true;                  // false: --no-push
  bool no_cache = false;             // --no-cache: import nothing, use no cached step; still export
  bool cache_export = true;          // false: --no-cache-export
};

// One target's candidates and writes with the store's answers to them, in order. A target whose
// platforms have caches of their own has one of these for each, side by side.
struct TargetFacts {
  std::string name;
  std::vector<Candidate> candidates;
  std::vector<store::Answer> answers;
  std::vector<CacheWrite> writes;
  std::vector<store::Answer> write_answers;
  std::string platform = {};  // whose caches these are; empty: all platforms in one
  std::string commit = {};    // that is built, of a clean tree; empty otherwise
};

// Returns the targets to build: those wished for and all they need, each after its needs, otherwise
// in the order of the file. Errors: usage (no such target, naming the nearest).
core::Result<std::vector<std::string>> select_targets(const config::Config& config,
                                                      const std::vector<std::string>& wished);

// Returns the indices of candidates to inspect next: found but not yet inspected ones that would be
// chosen if they prove usable; empty when the choice is settled.
std::vector<std::size_t> to_inspect(const TargetFacts& target, const Trust& trust, int max_sources);

// Chooses sources in fallback order: the first found, then others that add something, up to
// max-sources; turns caches this trust level must not read into `refused`; resolves placeholders;
// refuses two exports to one ref. A tag, label or argument whose placeholder has no value in this
// run is left out, with a notice. Same facts in, same plan out. Only inspected caches are chosen,
// or those of a store that cannot be asked. Errors: config (a tag that is no reference once filled
// in, two targets with one product tag, a product tag that is a cache, a push without tags).
core::Result<Plan> make_plan(const Facts& facts,
                             const docker::Capabilities& detected,
                             const std::vector<TargetFacts>& targets,
                             const Wishes& wishes);

}  // namespace buildcache::plan
