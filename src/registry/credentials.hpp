// Whose name and password a registry host gets.
#pragma once

#include "config/config.hpp"
#include "core/result.hpp"
#include "core/secret.hpp"
#include "registry/credential.hpp"
#include "registry/docker_config.hpp"
#include "sys/environment.hpp"
#include "sys/files.hpp"
#include "sys/process.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace buildcache::registry {

// Credentials by registry host; docs/credentials.md has the order. Thread-safe; copies share what
// helpers have answered.
class Credentials {
 public:
  // The configuration's `registries` first, then DOCKER_AUTH_CONFIG, then what
  // $DOCKER_CONFIG/config.json or ~/.docker/config.json says: the credential helper it names for a
  // host, else its `auths`. Docker Hub's legacy keys and keys with scheme or path are understood.
  // Errors: config (config.json or DOCKER_AUTH_CONFIG broken: with its position where known).
  static core::Result<Credentials> load(sys::Files& files,
                                        const sys::Environment& environment,
                                        const std::vector<config::RegistryLogin>& logins);

  // Lets find() ask credential helpers, with `environment` as theirs. Without it hosts with a
  // helper have no credentials. `processes` must outlive all copies.
  void use_helpers(sys::ProcessRunner& processes, const sys::Environment& environment);

  // Returns nullopt for a host nobody gave credentials for: anonymous. The first call for a host
  // with a helper takes as long as the helper does, and is the only one that asks it.
  [[nodiscard]] std::optional<Credential> find(const std::string& host) const;

  // Returns why the helper of `host` gave nothing, for people; empty when nothing went wrong.
  [[nodiscard]] std::string trouble(const std::string& host) const;

  // Whether plain HTTP was asked for, or the host is loopback.
  [[nodiscard]] bool plain_http(const std::string& host) const;

  // Every secret held, for masking; those of helpers are not among them.
  [[nodiscard]] std::vector<core::Secret> secrets() const;

  // What DOCKER_AUTH_CONFIG says of hosts that the configuration gives no login for: docker itself
  // knows the variable from 28.2 on.
  [[nodiscard]] std::vector<config::RegistryLogin> environment_logins() const;

 private:
  using ByHost = std::map<std::string, Credential>;
  class Helpers;

  ByHost logins_;       // the configuration's
  ByHost environment_;  // DOCKER_AUTH_CONFIG's
  DockerConfig file_;   // config.json
  std::shared_ptr<Helpers> helpers_;
  std::map<std::string, bool> plain_http_;
};

}  // namespace buildcache::registry
