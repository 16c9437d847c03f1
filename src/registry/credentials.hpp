// Whose name and password a registry host gets.
#pragma once

#include "config/config.hpp"
#include "core/result.hpp"
#include "core/secret.hpp"
#include "sys/environment.hpp"
#include "sys/files.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace buildcache::registry {

struct Credential {
  std::string username;
  core::Secret password;
  core::Secret identity_token;  // instead of a password, where docker login stored one
  std::string source;           // for people: ".buildcache.yml", "/root/.docker/config.json"
};

// Credentials by registry host. Immutable after construction, so thread-safe.
class Credentials {
 public:
  // The configuration's `registries` first, then `auths` of $DOCKER_CONFIG/config.json or
  // ~/.docker/config.json. Docker Hub's legacy keys and keys with scheme or path are understood.
  // Errors: config (config.json broken: with its position where known).
  static core::Result<Credentials> load(sys::Files& files,
                                        const sys::Environment& environment,
                                        const std::vector<config::RegistryLogin>& logins);

  // Returns nullopt for a host nobody gave credentials for: anonymous.
  [[nodiscard]] std::optional<Credential> find(const std::string& host) const;

  // Whether plain HTTP was asked for, or the host is loopback.
  [[nodiscard]] bool plain_http(const std::string& host) const;

  // Every secret held, for masking.
  [[nodiscard]] std::vector<core::Secret> secrets() const;

 private:
  std::map<std::string, Credential> by_host_;
  std::map<std::string, bool> plain_http_;
};

}  // namespace buildcache::registry
