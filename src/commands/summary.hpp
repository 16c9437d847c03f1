// Where a run's summary goes.
#pragma once

#include "ci/delivery.hpp"
#include "config/config.hpp"
#include "core/result.hpp"
#include "plan/plan.hpp"
#include "report/result.hpp"
#include "sys/files.hpp"

#include <string>
#include <vector>

namespace buildcache::commands {

// Hands the platform as much of the summary as the configuration wants told. Errors: as sys::Files.
core::Result<void> write_job_summary(ci::Delivery& delivery,
                                     config::SummaryMode mode,
                                     const plan::Plan& plan,
                                     const report::RunResult& result);

// Writes the full summary to each file, in one step: HTML where the name ends in .html, else
// Markdown. Errors: as sys::Files, of the first that fails; the others are written all the same.
core::Result<void> write_summary_files(sys::Files& files,
                                       const std::vector<std::string>& paths,
                                       const plan::Plan& plan,
                                       const report::RunResult& result);

}  // namespace buildcache::commands
