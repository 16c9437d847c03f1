// Reads every stored generation of the targets' cache mounts and verifies all of it.
#pragma once

#include "commands/options.hpp"
#include "commands/seams.hpp"
#include "core/result.hpp"

namespace buildcache::commands {

// Prints a line for each generation the targets would restore, and for those behind it in the
// fallback list. Changes nothing. Errors: as plan(); bad_response (some are broken, once all were
// read).
core::Result<void> mounts_verify(const Seams& seams, const CommonOptions& options);

}  // namespace buildcache::commands
