#include "registry/credentials.hpp"

#include "core/image_ref.hpp"
#include "registry/docker_config.hpp"

#include <utility>

namespace buildcache::registry {

namespace {

constexpr std::size_t kConfigLimit = 1U << 20U;
constexpr std::string_view kOwnSource = ".buildcache.yml";

std::string docker_config_file(const sys::Environment& environment) {
  if (const std::string directory = environment.get("DOCKER_CONFIG"); !directory.empty()) {
    return directory + "/config.json";
  }
  const std::string home = environment.get("HOME");
  return home.empty() ? std::string() : home + "/.docker/config.json";
}

core::Result<std::map<std::string, Credential>> read_docker_config(sys::Files& files,
                                                                   const std::string& file) {
  if (file.empty()) {
    return {};
  }
  auto text = files.read(file, kConfigLimit);
  if (text) {
    return parse_auths(*text, file);
  }
  if (text.error().kind == core::ErrorKind::not_found) {
    return {};
  }
  return tl::unexpected(
      core::Error{core::ErrorKind::config, text.error().message, core::Position{file, 0, 0}, {}});
}

}  // namespace

core::Result<Credentials> Credentials::load(sys::Files& files,
                                            const sys::Environment& environment,
                                            const std::vector<config::RegistryLogin>& logins) {
  auto found = read_docker_config(files, docker_config_file(environment));
  if (!found) {
    return tl::unexpected(found.error());
  }
  Credentials credentials;
  credentials.by_host_ = *std::move(found);
  for (const config::RegistryLogin& login : logins) {
    const std::string host = canonical_host(login.host);
    credentials.plain_http_[host] = login.plain_http;
    if (!login.password.empty()) {
      credentials.by_host_[host] = {
          login.username, login.password, core::Secret(), std::string(kOwnSource)};
    }
  }
  return credentials;
}

std::optional<Credential> Credentials::find(const std::string& host) const {
  const auto found = by_host_.find(canonical_host(host));
  return found == by_host_.end() ? std::nullopt : std::optional(found->second);
}

bool Credentials::plain_http(const std::string& host) const {
  const auto asked = plain_http_.find(canonical_host(host));
  return (asked != plain_http_.end() && asked->second) || core::is_loopback_host(host);
}

std::vector<core::Secret> Credentials::secrets() const {
  std::vector<core::Secret> secrets;
  for (const auto& [host, credential] : by_host_) {
    for (const core::Secret& secret : {credential.password, credential.identity_token}) {
      if (!secret.empty()) {
        secrets.push_back(secret);
      }
    }
  }
  return secrets;
}

}  // namespace buildcache::registry
