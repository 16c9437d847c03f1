// `buildcache validate` and `buildcache schema`: the configuration file alone.
#pragma once

#include "commands/options.hpp"
#include "commands/seams.hpp"
#include "core/result.hpp"

namespace buildcache::commands {

// Prints every error of the file, or one line that says it is valid. Reads no git, CI or network.
// Errors: config, not_found, forbidden.
core::Result<void> validate(const Seams& seams, const ValidateOptions& options);

// Prints the JSON Schema of the file to standard output.
core::Result<void> schema(const Seams& seams);

}  // namespace buildcache::commands
