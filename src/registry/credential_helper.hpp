// Credentials that a program keeps: docker-credential-<name>, as docker login's credsStore and
// credHelpers name it (docker/docker-credential-helpers, client/client.go).
#pragma once

#include "core/result.hpp"
#include "registry/credential.hpp"
#include "sys/environment.hpp"
#include "sys/process.hpp"

#include <optional>
#include <string>

namespace buildcache::registry {

// One helper, and whom it is asked about.
struct HelperEntry {
  std::string helper;  // "ecr-login"
  std::string server;  // a host, or Docker Hub's legacy address
};

// Every call takes at most 15 s; the program is looked for in PATH alone.
// Errors of all: unauthorized (not installed, no helper's name, failed, timed out, unreadable
// answer), with the helper's own words but never its answer or input.

// Asks for the credentials of `entry.server`; nullopt when the helper has none.
core::Result<std::optional<Credential>> ask_helper(sys::ProcessRunner& processes,
                                                   const sys::Environment& environment,
                                                   const HelperEntry& entry);

// Gives `credential` to the helper to keep, in place of what it had.
core::Result<void> store_in_helper(sys::ProcessRunner& processes,
                                   const sys::Environment& environment,
                                   const HelperEntry& entry,
                                   const Credential& credential);

// Has the helper forget. Returns false when it had nothing.
core::Result<bool> erase_from_helper(sys::ProcessRunner& processes,
                                     const sys::Environment& environment,
                                     const HelperEntry& entry);

}  // namespace buildcache::registry
