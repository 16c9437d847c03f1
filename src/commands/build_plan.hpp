// Carries out a plan: builder, login, targets side by side, clean-up.
#pragma once

#include "ci/delivery.hpp"
#include "commands/connections.hpp"
#include "commands/prepare.hpp"
#include "commands/probe.hpp"
#include "commands/seams.hpp"
#include "core/result.hpp"
#include "plan/plan.hpp"
#include "report/result.hpp"

namespace buildcache::commands {

// Returns what was done, failed targets included; wall is left to the caller. What was made for the
// run (builder, private docker configuration, scratch files) is gone when it returns.
// Errors: engine, config (broken docker config.json), forbidden, internal.
core::Result<report::RunResult> build_plan(const Seams& seams,
                                           const Prepared& prepared,
                                           const plan::Plan& plan,
                                           Connections& connections,
                                           ci::Delivery& delivery);

}  // namespace buildcache::commands
