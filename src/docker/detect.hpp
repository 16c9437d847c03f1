// Finds out what the engine at hand can do.
#pragma once

#include "config/config.hpp"
#include "core/result.hpp"
#include "docker/capabilities.hpp"
#include "sys/environment.hpp"
#include "sys/files.hpp"
#include "sys/http.hpp"
#include "sys/process.hpp"

namespace buildcache::docker {

// The seams `detect` needs; all must outlive the call.
struct Probes {
  sys::ProcessRunner& processes;
  sys::HttpTransport& http;
  sys::Files& files;
};

// Reads buildx's own state files and asks the engine's API over its unix socket, which takes
// milliseconds; falls back to `docker buildx inspect` for what these cannot tell.
// Errors: engine (docker or buildx missing, daemon not answering, builder unknown), with the
// remedy.
core::Result<Capabilities> detect(const Probes& probes,
                                  const sys::Environment& environment,
                                  const config::Builder& builder);

// Returns what is assumed where no engine can be asked.
Capabilities assumed_floor();

}  // namespace buildcache::docker
