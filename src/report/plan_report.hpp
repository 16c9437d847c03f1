// A Plan for people and for programs. Pure.
#pragma once

#include "core/result.hpp"
#include "plan/plan.hpp"

#include <string>
#include <vector>

namespace buildcache::report {

// The command lines of one target, in the order they would run.
struct TargetCommands {
  std::vector<std::vector<std::string>> argvs;
};

enum class Detail {
  usual,
  everything  // how the bases were found, the commits walked, every candidate, rules without one
};

// Returns what a person wants to read: what was looked for, found and chosen, and why. ASCII
// drawing unless `colour`, which adds ANSI colours.
std::string plan_text(const plan::Plan& plan, bool colour, Detail detail = Detail::usual);

// Returns the document of DESIGN §7 (docs/plan-json.md). `commands` has one entry a target.
std::string plan_json(const plan::Plan& plan, const std::vector<TargetCommands>& commands);

// Returns one line of shell-quoted --cache-from and --cache-to flags.
// Errors: usage, unless the plan has exactly one target.
core::Result<std::string> plan_args(const plan::Plan& plan);

}  // namespace buildcache::report
