// What a GitHub Actions step knows of the cache service: where it is, and what its token may do.
#pragma once

#include "core/result.hpp"
#include "core/secret.hpp"
#include "sys/environment.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace buildcache::store {

struct GhaSession {
  std::string url;  // of the service, without a final '/'
  core::Secret token;
  // The git refs whose caches the token may read, and the one it writes for (claim `ac`); the last
  // one it may write is BuildKit's choice (buildkit, cache/remotecache/gha: indexKey). Empty: none.
  std::vector<std::string> readable;
  std::string writable;
};

// Reads ACTIONS_RESULTS_URL, ACTIONS_RUNTIME_TOKEN, ACTIONS_CACHE_SERVICE_V2 and
// ACTIONS_CACHE_MODE, as buildx and the runner mean them. A session that is returned can be used by
// BuildKit, too. Errors: unauthorized, with what is missing and the remedy.
core::Result<GhaSession> read_gha_session(const sys::Environment& environment,
                                          std::chrono::system_clock::time_point now);

}  // namespace buildcache::store
