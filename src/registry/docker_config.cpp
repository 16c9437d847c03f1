#include "registry/docker_config.hpp"

#include "core/base64.hpp"
#include "core/registry_host.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>
#include <utility>

namespace buildcache::registry {

namespace {

using core::canonical_host;
using core::ErrorKind;
using core::Result;

core::Position position_of(std::string_view text, std::size_t byte, const std::string& file) {
  const std::string_view before = text.substr(0, std::min(byte == 0 ? 0 : byte - 1, text.size()));
  const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
  return {file,
          static_cast<int>(std::ranges::count(before, '\n')) + 1,
          static_cast<int>(before.size() - line_start) + 1};
}

tl::unexpected<core::Error> broken(std::string message, core::Position position) {
  return tl::unexpected(
      core::Error{ErrorKind::config, std::move(message), std::move(position), {}});
}

Result<nlohmann::json> parse(std::string_view text, const std::string& file) {
  try {
    return nlohmann::json::parse(text);
  } catch (const nlohmann::json::parse_error& error) {
    // The library's own words quote the text, which holds secrets.
    return broken("these credentials are not valid JSON", position_of(text, error.byte, file));
  }
}

std::string text_of(const nlohmann::json& entry, const char* key) {
  const auto found = entry.find(key);
  return found != entry.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// Splits the decoded `auth` at its first colon; docker pads it with NULs on some systems.
bool read_auth(const std::string& auth, std::string& username, std::string& password) {
  auto decoded = core::base64_decoded(auth);
  const std::size_t colon = decoded ? decoded->find(':') : std::string::npos;
  if (colon == std::string::npos) {
    return false;
  }
  username = decoded->substr(0, colon);
  password = decoded->substr(colon + 1);
  password.erase(std::min(password.find_last_not_of('\0') + 1, password.size()));
  return true;
}

bool is_part_of_host(const std::string& key) {
  return key.find('/') != std::string::npos && key.find("://") == std::string::npos;
}

// Returns nullopt for an entry without credentials.
Result<std::optional<Credential>> read_entry(const nlohmann::json& entry,
                                             const std::string& host,
                                             const std::string& file) {
  if (!entry.is_object()) {
    return broken("auths of " + host + " is not an object", {file, 0, 0});
  }
  std::string username = text_of(entry, "username");
  std::string password = text_of(entry, "password");
  const std::string auth = text_of(entry, "auth");
  if (!auth.empty() && !read_auth(auth, username, password)) {
    return broken("auth of " + host + " is not base64 of user:password", {file, 0, 0});
  }
  const std::string identity = text_of(entry, "identitytoken");
  if (password.empty() && identity.empty()) {
    return std::nullopt;
  }
  return Credential{std::move(username),
                    core::Secret(identity.empty() ? std::move(password) : std::string()),
                    core::Secret(identity),
                    file};
}

Result<std::map<std::string, Credential>> read_auths(const nlohmann::json& document,
                                                     const std::string& file,
                                                     ConfigOwner owner) {
  std::map<std::string, Credential> by_host;
  const auto auths = document.find("auths");
  if (auths == document.end() || auths->is_null()) {
    return by_host;
  }
  if (!auths->is_object()) {
    return broken("auths is not an object", {file, 0, 0});
  }
  for (const auto& [key, entry] : auths->items()) {
    if (owner == ConfigOwner::podman && is_part_of_host(key)) {
      continue;
    }
    const std::string host = canonical_host(key);
    auto credential = read_entry(entry, host, file);
    if (!credential) {
      return tl::unexpected(credential.error());
    }
    if (*credential && (key == host || !by_host.contains(host))) {
      by_host.insert_or_assign(host, **std::move(credential));
    }
  }
  return by_host;
}

}  // namespace

// An empty name in credHelpers stands for the file itself (docker/cli, configfile/file.go).
std::string DockerConfig::helper_of(const std::string& host) const {
  const auto own = helpers.find(host);
  return own == helpers.end() ? store : own->second;
}

Result<DockerConfig> parse_docker_config(std::string_view json,
                                         const std::string& file,
                                         ConfigOwner owner) {
  auto document = parse(json, file);
  if (!document) {
    return tl::unexpected(document.error());
  }
  DockerConfig config;
  if (!document->is_object()) {
    return config;
  }
  auto auths = read_auths(*document, file, owner);
  if (!auths) {
    return tl::unexpected(auths.error());
  }
  config.auths = *std::move(auths);
  config.store = text_of(*document, "credsStore");
  const auto helpers = document->find("credHelpers");
  if (helpers != document->end() && helpers->is_object()) {
    for (const auto& [key, name] : helpers->items()) {
      const std::string host = canonical_host(key);
      if (name.is_string() && (key == host || !config.helpers.contains(host))) {
        config.helpers.insert_or_assign(host, name.get<std::string>());
      }
    }
  }
  return config;
}

}  // namespace buildcache::registry
