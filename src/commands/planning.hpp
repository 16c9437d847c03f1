// From prepared facts to a Plan: capabilities, probing, choosing.
#pragma once

#include "commands/prepare.hpp"
#include "commands/probe.hpp"
#include "core/result.hpp"
#include "plan/plan.hpp"
#include "report/plan_report.hpp"

#include <vector>

namespace buildcache::commands {

enum class Asking {
  nothing,            // neither stores nor engine: --offline
  what_answers,       // an engine that is not there is assumed to be the floor, with a notice
  engine_must_answer  // as a build needs it
};

// Detects the engine's capabilities while the stores are probed.
// Errors: usage, config, facts (as make_plan), engine (with engine_must_answer), cancelled (a
// signal).
core::Result<plan::Plan> make_plan_of(const Seams& seams,
                                      const Prepared& prepared,
                                      store::Store& store,
                                      const plan::Wishes& wishes,
                                      Asking asking);

// Returns the buildx command lines of each target: the product, then the export where there is one.
std::vector<report::TargetCommands> commands_of(const plan::Plan& plan);

}  // namespace buildcache::commands
