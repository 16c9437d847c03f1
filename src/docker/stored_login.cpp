#include "docker/stored_login.hpp"

#include "core/base64.hpp"
#include "core/registry_host.hpp"

#include <nlohmann/json.hpp>

#include <vector>

namespace buildcache::docker {
namespace {

using Json = nlohmann::ordered_json;  // people keep this file: its order stays

core::Result<Json> parse(std::string_view text) {
  Json config = Json::parse(text, nullptr, false);
  const auto is_object = [&config](const char* key) {
    return !config.contains(key) || config[key].is_object();
  };
  if (!config.is_object() || !is_object("auths") || !is_object("credHelpers")) {
    return core::fail(core::ErrorKind::config,
                      "config.json is not what docker writes",
                      "repair or remove the file");
  }
  return config;
}

// As docker writes it.
std::string dumped(const Json& config) {
  return config.dump(1, '\t', false, Json::error_handler_t::replace);
}

void remove_entries(Json& config, const std::string& host, bool& found) {
  if (!config.contains("auths")) {
    return;
  }
  std::vector<std::string> keys;
  for (const auto& [key, entry] : config["auths"].items()) {
    if (core::canonical_host(key) == core::canonical_host(host)) {
      keys.push_back(key);
    }
  }
  for (const std::string& key : keys) {
    config["auths"].erase(key);
    found = true;
  }
}

}  // namespace

// docker asks credsStore for every host but those in credHelpers, where an empty name means the
// file itself (docker/cli cli/config/configfile/file.go).
core::Result<std::string> with_login(std::string_view config, const StoredLogin& login) {
  auto json = parse(config);
  if (!json) {
    return tl::unexpected(json.error());
  }
  const std::string key = core::docker_key(login.host);
  Json& entry = (*json)["auths"][key] = Json::object();
  entry["auth"] = core::base64_encoded(login.username + ":" + login.password.reveal());
  if (!login.identity_token.empty()) {
    entry["identitytoken"] = login.identity_token.reveal();
  }
  if (json->contains("credsStore")) {
    (*json)["credHelpers"][key] = "";
  } else if (json->contains("credHelpers")) {
    (*json)["credHelpers"].erase(key);
  }
  return dumped(*json);
}

core::Result<std::string> with_helper_login(std::string_view config, const std::string& host) {
  auto json = parse(config);
  if (!json) {
    return tl::unexpected(json.error());
  }
  (*json)["auths"][core::docker_key(host)] = Json::object();
  return dumped(*json);
}

core::Result<WithoutLogin> without_login(std::string_view config, const std::string& host) {
  auto json = parse(config);
  if (!json) {
    return tl::unexpected(json.error());
  }
  WithoutLogin without;
  remove_entries(*json, host, without.found);
  without.config = dumped(*json);
  return without;
}

}  // namespace buildcache::docker
