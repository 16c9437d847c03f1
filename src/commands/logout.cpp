#include "commands/logout.hpp"

#include "core/registry_host.hpp"
#include "docker/docker_files.hpp"
#include "docker/stored_login.hpp"
#include "registry/credential_helper.hpp"
#include "registry/docker_config.hpp"

#include <string>

namespace buildcache::commands {

namespace {

constexpr unsigned kPrivateFile = 0600;

// Returns whether the helper knew the host; false when no helper is in charge.
core::Result<bool> erase(const Seams& seams, const std::string& config, const std::string& host) {
  const auto known = registry::parse_docker_config(config, "config.json");
  if (!known) {
    return tl::unexpected(known.error());
  }
  const std::string helper = known->helper_of(host);
  return helper.empty() ? core::Result<bool>(false)
                        : registry::erase_from_helper(
                              seams.processes, seams.environment, {helper, core::docker_key(host)});
}

}  // namespace

core::Result<void> logout(const Seams& seams, const LogoutOptions& options) {
  const std::string file = docker::config_directory(seams.environment) + "/config.json";
  const auto text = docker::read_config_json(seams.files, seams.environment);
  if (!text) {
    return tl::unexpected(text.error());
  }
  const auto without = docker::without_login(*text, options.host);
  if (!without) {
    return tl::unexpected(core::while_doing(without.error(), "log out with " + file));
  }
  const auto erased = erase(seams, *text, options.host);
  if (!erased) {
    return tl::unexpected(erased.error());
  }
  if (without->found) {
    if (auto written = seams.files.write(file, without->config, kPrivateFile); !written) {
      return tl::unexpected(written.error());
    }
  }
  seams.err((without->found || *erased ? "logged out of " : "there was no login for ") +
            options.host + "\n");
  return {};
}

}  // namespace buildcache::commands
