// Credentials for single repositories or actions, as buildx keeps them from 0.31 on:
// <buildx folder>/config/<host>[/<repository>][@<action>,…]/config.json
// (docker/buildx util/dockerutil/dockerconfig). docker/login-action writes them for `scope`.
#pragma once

#include "registry/docker_config.hpp"
#include "sys/files.hpp"

#include <set>
#include <string>
#include <vector>

namespace buildcache::registry {

// What somebody wants to do at a registry.
struct Purpose {
  std::string host;             // canonical
  std::string repository = {};  // path; empty: unknown
  std::string actions = {};     // "pull", "pull,push", "delete"; empty: unknown
};

struct ScopedConfig {
  std::string host;               // as the folder is called
  std::string repository;         // empty: all
  std::set<std::string> actions;  // empty: all
  DockerConfig config;
};

// Returns what lies below `folder`, at most 256 files, in no certain order. A file that cannot be
// read is passed over, as buildx does, and told in `broken`, without a part of its text.
std::vector<ScopedConfig> read_scoped_configs(sys::Files& files,
                                              const std::string& folder,
                                              std::vector<std::string>& broken);

// Returns the one buildx would use for that purpose: of those that fit, one for a repository before
// one for a host, then one for more actions. nullptr: none fits.
const ScopedConfig* choose_scoped(const std::vector<ScopedConfig>& configs, const Purpose& purpose);

}  // namespace buildcache::registry
