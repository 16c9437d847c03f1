// The names of one registry host: as image references write it, and as docker's config.json does.
#pragma once

#include <string>
#include <string_view>

namespace buildcache::core {

// Returns the host as image references write it: scheme and path of legacy keys are dropped, Docker
// Hub's several names become docker.io, lower case.
std::string canonical_host(std::string_view key);

// Returns the key docker itself writes for a host: "https://index.docker.io/v1/" for Docker Hub.
std::string docker_key(std::string_view host);

}  // namespace buildcache::core
