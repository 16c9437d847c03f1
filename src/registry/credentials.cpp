#include "registry/credentials.hpp"

#include "core/image_ref.hpp"
#include "core/registry_host.hpp"
#include "registry/credential_helper.hpp"

#include <mutex>
#include <utility>

namespace buildcache::registry {

namespace {

using core::canonical_host;
using core::docker_key;

constexpr std::size_t kConfigLimit = 1U << 20U;
constexpr const char* kOwnSource = ".buildcache.yml";
constexpr const char* kVariable = "DOCKER_AUTH_CONFIG";

std::string docker_config_file(const sys::Environment& environment) {
  if (const std::string directory = environment.get("DOCKER_CONFIG"); !directory.empty()) {
    return directory + "/config.json";
  }
  const std::string home = environment.get("HOME");
  return home.empty() ? std::string() : home + "/.docker/config.json";
}

core::Result<DockerConfig> read_docker_config(sys::Files& files, const std::string& file) {
  if (file.empty()) {
    return {};
  }
  auto text = files.read(file, kConfigLimit);
  if (text) {
    return parse_docker_config(*text, file);
  }
  if (text.error().kind == core::ErrorKind::not_found) {
    return {};
  }
  return tl::unexpected(
      core::Error{core::ErrorKind::config, text.error().message, core::Position{file, 0, 0}, {}});
}

std::optional<Credential> find_in(const std::map<std::string, Credential>& by_host,
                                  const std::string& host) {
  const auto found = by_host.find(host);
  return found == by_host.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace

// Asks each helper once for a host, one call at a time: helpers open keyrings and refresh tokens.
class Credentials::Helpers {
 public:
  Helpers(sys::ProcessRunner& processes, sys::Environment environment)
      : processes_(processes), environment_(std::move(environment)) {}

  using Answer = core::Result<std::optional<Credential>>;

  Answer get(const std::string& helper, const std::string& host) {
    const std::lock_guard lock(mutex_);
    const auto known = answers_.find(host);
    if (known != answers_.end()) {
      return known->second;
    }
    return answers_.emplace(host, ask_helper(processes_, environment_, {helper, docker_key(host)}))
        .first->second;
  }

 private:
  sys::ProcessRunner& processes_;
  sys::Environment environment_;
  std::mutex mutex_;
  std::map<std::string, Answer> answers_;  // by host
};

core::Result<Credentials> Credentials::load(sys::Files& files,
                                            const sys::Environment& environment,
                                            const std::vector<config::RegistryLogin>& logins) {
  auto file = read_docker_config(files, docker_config_file(environment));
  if (!file) {
    return tl::unexpected(file.error());
  }
  Credentials credentials;
  credentials.file_ = *std::move(file);
  if (const std::string text = environment.get(kVariable); !text.empty()) {
    auto variable = parse_docker_config(text, kVariable);
    if (!variable) {
      return tl::unexpected(variable.error());
    }
    credentials.environment_ = std::move(variable->auths);
  }
  for (const config::RegistryLogin& login : logins) {
    const std::string host = canonical_host(login.host);
    credentials.plain_http_[host] = login.plain_http;
    if (!login.password.empty()) {
      credentials.logins_[host] = {login.username, login.password, core::Secret(), kOwnSource};
    }
  }
  return credentials;
}

void Credentials::use_helpers(sys::ProcessRunner& processes, const sys::Environment& environment) {
  helpers_ = std::make_shared<Helpers>(processes, environment);
}

std::optional<Credential> Credentials::find(const std::string& host) const {
  const std::string canonical = canonical_host(host);
  for (const ByHost* source : {&logins_, &environment_}) {
    if (auto found = find_in(*source, canonical)) {
      return found;
    }
  }
  const std::string helper = file_.helper_of(canonical);
  if (helper.empty()) {
    return find_in(file_.auths, canonical);
  }
  // As docker does: what a helper does not have, the file is not asked for.
  return helpers_ ? helpers_->get(helper, canonical).value_or(std::nullopt) : std::nullopt;
}

std::string Credentials::trouble(const std::string& host) const {
  const std::string canonical = canonical_host(host);
  const std::string helper = file_.helper_of(canonical);
  if (helper.empty() || !helpers_ || logins_.contains(canonical) ||
      environment_.contains(canonical)) {
    return {};
  }
  const auto answer = helpers_->get(helper, canonical);
  return answer ? std::string() : answer.error().message;
}

bool Credentials::plain_http(const std::string& host) const {
  const auto asked = plain_http_.find(canonical_host(host));
  return (asked != plain_http_.end() && asked->second) || core::is_loopback_host(host);
}

std::vector<core::Secret> Credentials::secrets() const {
  std::vector<core::Secret> secrets;
  for (const ByHost* source : {&logins_, &environment_, &file_.auths}) {
    for (const auto& [host, credential] : *source) {
      secrets.insert(secrets.end(), {credential.password, credential.identity_token});
    }
  }
  std::erase_if(secrets, [](const core::Secret& secret) { return secret.empty(); });
  return secrets;
}

std::vector<config::RegistryLogin> Credentials::environment_logins() const {
  std::vector<config::RegistryLogin> logins;
  for (const auto& [host, credential] : environment_) {
    if (!logins_.contains(host) && !credential.password.empty()) {
      config::RegistryLogin& login = logins.emplace_back();
      login.host = host;
      login.username = credential.username;
      login.password = credential.password;
    }
  }
  return logins;
}

}  // namespace buildcache::registry
