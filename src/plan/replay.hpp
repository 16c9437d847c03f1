// Builds of the past, planned once more. Pure.
#pragma once

#include "ci/facts.hpp"
#include "config/config.hpp"
#include "git/facts.hpp"
#include "plan/replayed.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace buildcache::plan {

struct ReplayedBuild {
  git::Facts git;
  ci::Facts ci;
  bool failed = false;       // publishes nothing
  std::string tree_of = {};  // the commit whose tree was built, as far as one is known
};

// Whether the paths asked about differ between the trees of two commits; nullopt: nobody can tell.
using HasChanged = std::function<std::optional<bool>(const std::string&, const std::string&)>;

// Returns what each of `builds`, in order, would have found first in the fallback list of `config`,
// had all earlier ones published what trust lets them write. Caches nobody here writes (name:X,
// literal references) are never found. Without `has_changed` no paths are asked about.
FallbackTally replay(const config::Config& config,
                     const std::vector<ReplayedBuild>& builds,
                     std::string name,
                     const HasChanged& has_changed = {});

}  // namespace buildcache::plan
