// Targets that build on others. Pure.
#pragma once

#include "plan/plan.hpp"

#include <string>
#include <vector>

namespace buildcache::plan {

// Turns contexts "target:NAME" into what buildx takes: the image where it is pushed (as its first
// tag), else an OCI layout, which NAME is then to write. Every target comes after those it needs.
void link_contexts(std::vector<TargetPlan>& targets);

// Returns the context of an image that is built: `digest` pins it (as far as it is known: not
// empty), `layouts` is the folder of the layouts, with a final slash, or empty.
std::string context_of(const TargetPlan& built,
                       const std::string& layouts,
                       const std::string& digest);

}  // namespace buildcache::plan
