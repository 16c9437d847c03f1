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

// $DOCKER_CONFIG, else ~/.docker; empty when neither is known.
std::string docker_folder(const sys::Environment& environment) {
  if (std::string directory = environment.get("DOCKER_CONFIG"); !directory.empty()) {
    return directory;
  }
  const std::string home = environment.get("HOME");
  return home.empty() ? std::string() : home + "/.docker";
}

std::string scoped_folder(const sys::Environment& environment) {
  const std::string buildx = environment.get("BUILDX_CONFIG");
  const std::string docker = docker_folder(environment);
  return !buildx.empty() ? buildx + "/config" : docker.empty() ? "" : docker + "/buildx/config";
}

// Where Podman, Buildah and Skopeo look (containers-auth.json(5)), first one first.
std::vector<std::string> podman_files(const sys::Environment& environment) {
  std::vector<std::string> files;
  if (const std::string named = environment.get("REGISTRY_AUTH_FILE"); !named.empty()) {
    files.push_back(named);
  }
  if (const std::string runtime = environment.get("XDG_RUNTIME_DIR"); !runtime.empty()) {
    files.push_back(runtime + "/containers/auth.json");
  }
  const std::string own = environment.get("XDG_CONFIG_HOME");
  const std::string home = environment.get("HOME");
  if (!own.empty() || !home.empty()) {
    files.push_back((own.empty() ? home + "/.config" : own) + "/containers/auth.json");
  }
  return files;
}

core::Result<DockerConfig> read_docker_config(sys::Files& files,
                                              const std::string& file,
                                              ConfigOwner owner) {
  auto text = files.read(file, kConfigLimit);
  if (text) {
    return parse_docker_config(*text, file, owner);
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

  Answer get(const std::string& helper, const std::string& host) {
    const std::lock_guard lock(mutex_);
    const std::string key = helper + '\n' + host;
    const auto known = answers_.find(key);
    if (known != answers_.end()) {
      return known->second;
    }
    return answers_.emplace(key, ask_helper(processes_, environment_, {helper, docker_key(host)}))
        .first->second;
  }

 private:
  sys::ProcessRunner& processes_;
  sys::Environment environment_;
  std::mutex mutex_;
  std::map<std::string, Answer> answers_;  // by helper and host
};

core::Result<Credentials> Credentials::load(sys::Files& files,
                                            const sys::Environment& environment,
                                            const std::vector<config::RegistryLogin>& logins) {
  Credentials credentials;
  if (const std::string folder = docker_folder(environment); !folder.empty()) {
    auto file = read_docker_config(files, folder + "/config.json", ConfigOwner::docker);
    if (!file) {
      return tl::unexpected(file.error());
    }
    credentials.file_ = *std::move(file);
  }
  if (const std::string folder = scoped_folder(environment); !folder.empty()) {
    credentials.scoped_ = read_scoped_configs(files, folder, credentials.broken_);
  }
  for (const std::string& file : podman_files(environment)) {
    auto podman = read_docker_config(files, file, ConfigOwner::podman);
    if (podman) {
      credentials.podman_.merge(podman->auths);
    } else {
      credentials.broken_.push_back(core::describe(podman.error()));
    }
  }
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

// As docker does: what a helper does not have, the file is not asked for.
Credentials::Answer Credentials::ask(const DockerConfig& config, const std::string& host) const {
  const std::string helper = config.helper_of(host);
  if (helper.empty()) {
    return find_in(config.auths, host);
  }
  return helpers_ ? helpers_->get(helper, host) : Answer(std::nullopt);
}

Credentials::Answer Credentials::look_up(const Purpose& purpose) const {
  for (const ByHost* source : {&logins_, &environment_}) {
    if (auto found = find_in(*source, purpose.host)) {
      return found;
    }
  }
  if (const ScopedConfig* scoped = choose_scoped(scoped_, purpose)) {
    return ask(scoped->config, purpose.host);
  }
  auto answer = ask(file_, purpose.host);
  return answer && !*answer ? find_in(podman_, purpose.host) : answer;
}

std::optional<Credential> Credentials::find(const Purpose& purpose) const {
  return look_up({canonical_host(purpose.host), purpose.repository, purpose.actions})
      .value_or(std::nullopt);
}

std::string Credentials::trouble(const Purpose& purpose) const {
  const auto answer = look_up({canonical_host(purpose.host), purpose.repository, purpose.actions});
  if (!answer) {
    return answer.error().message;
  }
  return *answer || broken_.empty() ? std::string() : "passed over " + broken_.front();
}

bool Credentials::plain_http(const std::string& host) const {
  const auto asked = plain_http_.find(canonical_host(host));
  return (asked != plain_http_.end() && asked->second) || core::is_loopback_host(host);
}

std::vector<core::Secret> Credentials::secrets() const {
  std::vector<const ByHost*> sources = {&logins_, &environment_, &file_.auths, &podman_};
  for (const ScopedConfig& scoped : scoped_) {
    sources.push_back(&scoped.config.auths);
  }
  std::vector<core::Secret> secrets;
  for (const ByHost* source : sources) {
    for (const auto& [host, credential] : *source) {
      secrets.insert(secrets.end(), {credential.password, credential.identity_token});
    }
  }
  std::erase_if(secrets, [](const core::Secret& secret) { return secret.empty(); });
  return secrets;
}

std::map<std::string, Credential> Credentials::carried() const {
  ByHost carried = environment_;
  for (const auto& [host, credential] : podman_) {
    if (const auto answer = ask(file_, host); answer && !*answer) {
      carried.emplace(host, credential);
    }
  }
  std::erase_if(carried, [this](const auto& entry) { return logins_.contains(entry.first); });
  return carried;
}

}  // namespace buildcache::registry
