// Builds of the past, planned once more. Pure.
#pragma once

#include "ci/facts.hpp"
#include "config/config.hpp"
#include "git/facts.hpp"
#include "plan/replayed.hpp"

#include <string>
#include <vector>

namespace buildcache::plan {

struct ReplayedBuild {
  git::Facts git;
  ci::Facts ci;
};

// Returns what each of `builds`, in order, would have found first in the fallback list of `config`,
// had all earlier ones published what trust lets them write. Caches nobody here writes (name:X,
// literal references) are never found.
FallbackTally replay(const config::Config& config,
                     const std::vector<ReplayedBuild>& builds,
                     std::string name);

}  // namespace buildcache::plan
