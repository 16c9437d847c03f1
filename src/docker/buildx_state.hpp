// The builders buildx knows, from its own files.
#pragma once

#include "core/result.hpp"
#include "docker/docker_files.hpp"
#include "sys/environment.hpp"
#include "sys/files.hpp"

#include <optional>
#include <string>

namespace buildcache::docker {

struct BuilderState {
  std::string name;
  std::string driver;  // empty: the file does not tell
  std::string host;    // driver docker: the engine's address
};

// Returns the builder called `name`: one of buildx's own, or a docker context, which always is a
// builder with the docker driver (docker/buildx store/storeutil). nullopt: there is none.
std::optional<BuilderState> find_builder(sys::Files& files,
                                         const sys::Environment& environment,
                                         const std::string& name);

// Returns the builder `docker buildx build` uses without --builder: $BUILDX_BUILDER, else the one
// chosen with `docker buildx use`, else the docker context's. Errors: engine (BUILDX_BUILDER names
// none).
core::Result<BuilderState> current_builder(sys::Files& files,
                                           const sys::Environment& environment,
                                           const DockerContext& context);

}  // namespace buildcache::docker
