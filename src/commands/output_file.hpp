// The file of --output-file: outputs for later jobs and stages.
#pragma once

#include "ci/delivery.hpp"
#include "ci/output_file.hpp"
#include "commands/options.hpp"
#include "core/result.hpp"
#include "sys/files.hpp"

namespace buildcache::commands {

// Removes what an earlier run left there, so that nobody takes it for this run's. Files of GitHub's
// grammar are appended to and left alone. Errors: as sys::Files.
core::Result<void> forget_outputs(sys::Files& files,
                                  const OutputFile& output,
                                  ci::Provider provider);

// Writes the outputs, each file in one step; with dotenv, the JSON file beside it first. Does
// nothing without a path. Errors: as sys::Files; internal (no random delimiter fits).
core::Result<void> write_output_file(sys::Files& files,
                                     const OutputFile& output,
                                     ci::Provider provider,
                                     const ci::Outputs& outputs);

}  // namespace buildcache::commands
