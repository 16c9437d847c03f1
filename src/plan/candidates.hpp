// Which caches are worth asking for, in which order, and why. Pure.
#pragma once

#include "ci/facts.hpp"
#include "config/config.hpp"
#include "core/cache_tag.hpp"
#include "core/notice.hpp"
#include "git/facts.hpp"
#include "plan/trust.hpp"
#include "store/types.hpp"

#include <optional>
#include <string>
#include <vector>

namespace buildcache::plan {

struct Candidate {
  store::CacheRef ref;
  std::string rule;                  // the word of the fallback list that proposed it first
  std::string why;                   // "3 commits before the tree base 1a2b3c4d5e6f"
  std::optional<core::Scope> scope;  // nullopt for a literal reference
  // HEAD or one of the ancestors walked through; of these only the nearest found adds something.
  bool of_history = false;
  bool refused = false;  // trust forbids reading it; it is not probed
  std::string refused_why;
};

// The facts a plan is made from; all must outlive the call.
struct Facts {
  const config::Config& config;
  const git::Facts& git;
  const ci::Facts& ci;
  const store::Location& location;  // of the configured store
  const Trust& trust;
  // Why the configured store cannot be used in this run at all, and what to do; nullopt: it can.
  std::optional<core::Notice> no_store = {};
};

// Returns the platforms that have caches of their own: with several nodes each exports what it has
// built, and would overwrite the others'. Otherwise one empty name: all platforms are in one cache.
std::vector<std::string> cached_platforms(const config::Config& config,
                                          const config::Target& target);

// Returns the candidates of a target, or of one platform of it, in fallback order, each cache once,
// at the first rule that proposed it; at most 32 + lookback. Those that trust forbids to read are
// among them, marked.
std::vector<Candidate> candidates(const Facts& facts,
                                  const config::Target& target,
                                  const std::string& platform = {});

// A word of the fallback list that proposes no cache in this run, and why.
struct SilentRule {
  std::string rule;
  std::string why;
};

// Returns those of which `found`, all candidates of a target, has none.
std::vector<SilentRule> silent_rules(const Facts& facts, const std::vector<Candidate>& found);

// Returns the refs this run is to write for a target, or for one platform of it, by scope.
struct CacheWrite {
  config::WriteScope scope = config::WriteScope::branch;
  store::CacheRef ref;
  bool current = false;  // set by make_plan: already carries this commit's stamp
};
std::vector<CacheWrite> writes(const Facts& facts,
                               const config::Target& target,
                               const std::string& platform = {});

// Returns the commit whose very tree is built; empty when the work tree differs from it, or there
// is none.
std::string built_commit(const git::Facts& git);

// Returns the branch a push to which this run is for: the pushed branch, else the checked-out one;
// empty for changes, tags and detached heads.
std::string branch_of(const git::Facts& git, const ci::Facts& ci);

// Returns the branch this run's result is meant to go into: the change's or the queue's base
// branch, for another branch the default branch; empty on the default branch itself and for tags.
std::string base_branch_of(const git::Facts& git, const ci::Facts& ci);

// Returns the default branch as CI or the clone knows it; empty when nobody does.
std::string default_branch_of(const git::Facts& git, const ci::Facts& ci);

}  // namespace buildcache::plan
