// The facts of a small shop, for tests that change one thing about them.
#pragma once

#include "plan/make_plan.hpp"

#include <string>
#include <vector>

namespace buildcache::plan {

// Returns a commit id of 40 times `digit`.
inline std::string commit(char digit) {
  return std::string(40, digit);
}

// Everything a plan is made from, in one piece; facts() refers to it.
struct World {
  config::Config config;
  git::Facts git;
  ci::Facts ci;
  store::Location location;
  docker::Capabilities capabilities;
  Wishes wishes;
  Trust trust;

  World();

  // Decides the trust of the facts as they are now.
  Facts facts();
  std::vector<Candidate> candidates_of_api();
  // Plans all targets; `answers` are given to the candidates of every target, in order.
  core::Result<Plan> planned(const std::vector<store::Answer>& answers = {});
};

// A push of commit a to `branch`; main is the default branch, b its parent, c the grandparent.
World push_to(const std::string& branch);

// Pull request 17 from feature into main: a is the test merge of d into b, which forked at c.
World pull_request();

// The same from a fork.
World fork_pull_request();

config::FallbackRule rule(config::RuleKind kind,
                          const std::string& word,
                          const std::string& argument = "");

// Tags of refs, for comparing.
std::vector<std::string> tags_of(const std::vector<Candidate>& candidates);
std::vector<std::string> tags_of(const std::vector<CacheWrite>& writes);

// An inspected cache that can be imported; `name` makes its digest, `trust` its stamp (empty:
// none).
store::Answer found(const std::string& name,
                    const std::string& trust = "",
                    const std::string& revision = "");
store::Answer absent();

// Whether a notice holds `words`.
bool has_notice(const Plan& plan, const std::string& words);

}  // namespace buildcache::plan
