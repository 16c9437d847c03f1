// The credentials of a config.json as docker login writes it. Pure.
#pragma once

#include "core/result.hpp"
#include "registry/credential.hpp"

#include <map>
#include <string>
#include <string_view>

namespace buildcache::registry {

// By canonical host; an exact key wins over a legacy one.
struct DockerConfig {
  std::map<std::string, Credential> auths;
  std::map<std::string, std::string> helpers;  // credHelpers; an empty name stands for this file
  std::string store;                           // credsStore: the helper of all other hosts

  // Returns the helper that keeps the credentials of a canonical host; empty: this file does.
  [[nodiscard]] std::string helper_of(const std::string& host) const;
};

// Whose file it is. To Podman a key with a path, such as quay.io/team, is not the whole host's;
// such keys are passed over, as BuildKit asks for credentials by host.
enum class ConfigOwner { docker, podman };

// Entries without credentials (docker login with a credential helper leaves such) are passed over.
// Errors: config, with the position of what is no JSON; never with a part of the text.
core::Result<DockerConfig> parse_docker_config(std::string_view json,
                                               const std::string& file,
                                               ConfigOwner owner = ConfigOwner::docker);

}  // namespace buildcache::registry
