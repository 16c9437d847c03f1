// What each step of the ladder that finds bases answered, for people who ask why. Pure.
#pragma once

#include "git/bases.hpp"
#include "git/facts.hpp"

#include <optional>
#include <string>
#include <vector>

namespace buildcache::git {

struct LadderQuestion {
  const Situation& situation;  // as it was before more history was asked for
  const Bases& bases;
  std::string base_branch;  // whose tip the base is; may be empty
  bool shallow = false;     // the clone's history is cut off
  bool may_ask = false;     // more history was to be had
  const std::optional<MoreAsked>& asked;
};

// Returns the steps in their order, from the first that was taken to the base branch's tip.
std::vector<LadderStep> ladder_of(const LadderQuestion& question);

}  // namespace buildcache::git
