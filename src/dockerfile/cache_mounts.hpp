// Which cache mounts a build uses.
#pragma once

#include "core/result.hpp"
#include "dockerfile/cache_mount.hpp"
#include "dockerfile/stages.hpp"

#include <string_view>
#include <vector>

namespace buildcache::dockerfile {

// Returns the cache mounts of the stages that building the target needs, each identity once, in
// order of their first use. A mount whose identity depends on a variable that only the base image
// can give a value is `unresolved`. Errors: config with the line (also:
// more than 1000 mounts, variables of a stage of more than 256 KiB).
core::Result<std::vector<CacheMount>> cache_mounts(std::string_view dockerfile,
                                                   const BuildInputs& inputs);

}  // namespace buildcache::dockerfile
