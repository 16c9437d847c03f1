// Where the docker command line keeps its files, and which engine they point it at.
#pragma once

#include "core/result.hpp"
#include "sys/environment.hpp"
#include "sys/files.hpp"

#include <string>
#include <vector>

namespace buildcache::docker {

// Returns $DOCKER_CONFIG, else $HOME/.docker, absolute; empty when neither is set.
std::string config_directory(const sys::Environment& environment);

// Returns $BUILDX_CONFIG, else the buildx folder of config_directory(), absolute; empty when
// unknown.
std::string buildx_directory(const sys::Environment& environment);

// Returns the text of config.json, "{}" when there is none. Errors: config (unreadable, too large).
core::Result<std::string> read_config_json(sys::Files& files, const sys::Environment& environment);

// A docker context: a name for an engine's address.
struct DockerContext {
  std::string name;  // "default" for what DOCKER_HOST or nothing says
  std::string host;  // "unix:///var/run/docker.sock", "tcp://…", "ssh://…"
};

// Returns the context docker would use now, by the rules of docker/cli (cli/command/cli.go):
// DOCKER_HOST, then DOCKER_CONTEXT, then currentContext of config.json, then the default.
// Errors: engine (a context of that name does not exist or cannot be read).
core::Result<DockerContext> current_context(sys::Files& files, const sys::Environment& environment);

// Returns the context called `name`. Errors: as above.
core::Result<DockerContext> find_context(sys::Files& files,
                                         const sys::Environment& environment,
                                         const std::string& name);

// Returns nothing when docker and its buildx plugin are there.
// Errors: engine, naming the places looked at.
core::Result<void> check_installed(sys::Files& files, const sys::Environment& environment);

}  // namespace buildcache::docker
