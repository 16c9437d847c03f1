// Which of the caches that were found are passed to BuildKit: few, and each for a reason. Pure.
#pragma once

#include "plan/make_plan.hpp"
#include "plan/trust.hpp"
#include "store/types.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace buildcache::plan {

struct Choice {
  std::vector<store::Answer> answers;    // one per candidate, as trust sees them
  std::vector<std::size_t> chosen;       // indices into the candidates, in fallback order
  std::vector<std::string> passed_over;  // one per candidate: why a usable one was not chosen
};

enum class Uninspected { may_be_chosen, must_not_be_chosen };

// Returns the first usable candidate in fallback order, then those that add something to the ones
// before, up to `max_sources`. What adds nothing: the same manifest, another cache of the same
// commit, an older ancestor of a chosen one, and anything beside a cache of the very commit that is
// built. (BuildKit can use less of several caches than of the one: moby/buildkit#4674.)
Choice choose(const TargetFacts& target,
              const Trust& trust,
              int max_sources,
              Uninspected uninspected);

// Whether a cache carries our own stamp; other tools may set the annotations it shares with them.
bool is_stamped(const store::Answer& answer);

}  // namespace buildcache::plan
