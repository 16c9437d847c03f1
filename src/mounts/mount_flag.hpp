// What a RUN of ours has to say to get the very mount a user's step sees. Pure.
#pragma once

#include "core/result.hpp"
#include "dockerfile/cache_mount.hpp"

#include <string>

namespace buildcache::mounts {

// Returns one flag: --mount="type=cache,…", locked, at `target`. Errors: config, when the identity
// holds what a flag cannot carry in every version of BuildKit: quotes, backslashes, dollars,
// control characters. REQUIRES: it starts from no stage of the user's Dockerfile.
core::Result<std::string> mount_flag(const dockerfile::CacheMount& mount,
                                     const std::string& target);

}  // namespace buildcache::mounts
