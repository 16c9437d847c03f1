// A private DOCKER_CONFIG for our child processes, so that logins leave no trace.
#pragma once

#include "config/config.hpp"
#include "core/result.hpp"
#include "docker/stored_login.hpp"
#include "sys/environment.hpp"
#include "sys/files.hpp"

#include <map>
#include <string>
#include <vector>

namespace buildcache::docker {

// Owns a temporary directory (0700) with a config.json (0600): the user's own file, all keys kept,
// plus the logins; cli plugins, contexts and buildx builders stay found (BUILDX_CONFIG, links). It
// is removed by the destructor. With no logins nothing is made and the user's own directory is
// used.
class ClientConfig {
 public:
  // `files` must outlive the object. Logins without a password make none. `carried` are logins from
  // places docker does not look at. The directory is made
  // below $TMPDIR, else /tmp. Errors: config (the user's config.json is broken), forbidden,
  // internal.
  static core::Result<ClientConfig> create(sys::Files& files,
                                           const sys::Environment& environment,
                                           const std::vector<config::RegistryLogin>& logins,
                                           const std::vector<StoredLogin>& carried = {});

  ClientConfig(const ClientConfig&) = delete;
  ClientConfig& operator=(const ClientConfig&) = delete;
  ClientConfig(ClientConfig&& other) noexcept;
  ClientConfig& operator=(ClientConfig&& other) noexcept;
  ~ClientConfig();

  // Returns the environment for docker: ours less what docker must not see (variables the passwords
  // come from, or that hold one), with DOCKER_CONFIG and BUILDX_CONFIG set. A build secret that
  // comes from such a variable has to be added again for its target.
  [[nodiscard]] std::map<std::string, std::string> environment() const;

  // The directory; empty when none was made.
  [[nodiscard]] const std::string& directory() const { return directory_; }

 private:
  ClientConfig() = default;
  void remove() noexcept;

  sys::Files* files_ = nullptr;
  std::string directory_;
  std::map<std::string, std::string> environment_;
};

}  // namespace buildcache::docker
