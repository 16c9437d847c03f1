// Whose name and password a registry host gets.
#pragma once

#include "config/config.hpp"
#include "core/result.hpp"
#include "core/secret.hpp"
#include "registry/credential.hpp"
#include "registry/docker_config.hpp"
#include "registry/scoped_config.hpp"
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
  // The configuration's `registries` first, then DOCKER_AUTH_CONFIG, buildx's files for single
  // repositories, what $DOCKER_CONFIG/config.json or ~/.docker/config.json says (the credential
  // helper it names for a host, else its `auths`), and last Podman's files. Docker Hub's legacy
  // keys and keys with scheme or path are understood. Files that docker itself would pass over are
  // passed over and told by trouble().
  // Errors: config (config.json or DOCKER_AUTH_CONFIG broken: with its position where known).
  static core::Result<Credentials> load(sys::Files& files,
                                        const sys::Environment& environment,
                                        const std::vector<config::RegistryLogin>& logins);

  // Lets find() ask credential helpers, with `environment` as theirs. Without it hosts with a
  // helper have no credentials. `processes` must outlive all copies.
  void use_helpers(sys::ProcessRunner& processes, const sys::Environment& environment);

  // Returns nullopt for what nobody gave credentials for: anonymous. The first call for a host with
  // a helper takes as long as the helper does, and is the only one that asks it.
  [[nodiscard]] std::optional<Credential> find(const Purpose& purpose) const;

  // Returns why nothing was found, for people; empty when nothing went wrong.
  [[nodiscard]] std::string trouble(const Purpose& purpose) const;

  // Whether plain HTTP was asked for, or the host is loopback.
  [[nodiscard]] bool plain_http(const std::string& host) const;

  // Every secret held, for masking; those of helpers are not among them.
  [[nodiscard]] std::vector<core::Secret> secrets() const;

  // Returns by host what docker and buildx do not find by themselves, less the configuration's own
  // logins: DOCKER_AUTH_CONFIG, which docker knows from 28.2 on, and Podman's files. May ask
  // helpers.
  [[nodiscard]] std::map<std::string, Credential> carried() const;

 private:
  using ByHost = std::map<std::string, Credential>;
  class Helpers;
  using Answer = core::Result<std::optional<Credential>>;

  [[nodiscard]] Answer ask(const DockerConfig& config, const std::string& host) const;
  [[nodiscard]] Answer look_up(const Purpose& purpose) const;

  ByHost logins_;                     // the configuration's
  ByHost environment_;                // DOCKER_AUTH_CONFIG's
  std::vector<ScopedConfig> scoped_;  // buildx's
  DockerConfig file_;                 // config.json
  ByHost podman_;                     // the auths of Podman's files
  std::vector<std::string> broken_;   // what could not be read of these, for people
  std::shared_ptr<Helpers> helpers_;
  std::map<std::string, bool> plain_http_;
};

}  // namespace buildcache::registry
