// Asks the stores about every candidate and every cache to be written.
#pragma once

#include "commands/prepare.hpp"
#include "plan/make_plan.hpp"
#include "store/store.hpp"

#include <chrono>
#include <stop_token>
#include <string>
#include <vector>

namespace buildcache::commands {

// Surveys all refs of all targets in one concurrent batch, then inspects the likely winners until
// each target's choice is settled; all within cache.timeout.probe. Whatever a store answers or does
// not answer is a verdict, never an error. A store that cannot be used is not asked.
std::vector<plan::TargetFacts> probe(store::Store& store,
                                     const Seams& seams,
                                     const Prepared& prepared,
                                     const std::vector<std::string>& targets);

// The same without asking: every verdict is skipped.
std::vector<plan::TargetFacts> without_probing(const Prepared& prepared,
                                               const std::vector<std::string>& targets);

}  // namespace buildcache::commands
