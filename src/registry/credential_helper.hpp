// Credentials that a program keeps: docker-credential-<name>, as docker login's credsStore and
// credHelpers name it (docker/docker-credential-helpers, client/client.go).
#pragma once

#include "core/result.hpp"
#include "registry/credentials.hpp"
#include "sys/environment.hpp"
#include "sys/process.hpp"

#include <optional>
#include <string>

namespace buildcache::registry {

// Asks the helper `name` for the credentials of `server`, a host or Docker Hub's legacy address.
// Returns nullopt when it has none. Takes at most 15 s; the program is looked for in PATH alone.
// Errors: unauthorized (not installed, no helper's name, failed, timed out, unreadable answer),
// with the helper's own words but never its answer.
core::Result<std::optional<Credential>> ask_helper(sys::ProcessRunner& processes,
                                                   const sys::Environment& environment,
                                                   const std::string& name,
                                                   const std::string& server);

}  // namespace buildcache::registry
