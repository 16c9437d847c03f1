// Whether an index, wherever it came from, can be restored without harm.
#pragma once

#include "core/result.hpp"
#include "mounts/index.hpp"

namespace buildcache::mounts {

// Errors: bad_response; the rules are at decode(). Strips set-id bits of files.
core::Result<void> check(Index& index);

}  // namespace buildcache::mounts
