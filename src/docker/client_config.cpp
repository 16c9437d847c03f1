#include "docker/client_config.hpp"

#include "core/registry_host.hpp"
#include "docker/docker_files.hpp"
#include "docker/stored_login.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace buildcache::docker {
namespace {

using Json = nlohmann::json;
using Variables = std::map<std::string, std::string>;

constexpr unsigned kPrivateFile = 0600;
// Shorter passwords could be part of a variable by chance.
constexpr std::size_t kTellingLength = 16;

std::string in(const std::string& directory, const std::string& name) {
  std::string path = directory;
  return path.append("/").append(name);
}

// The user's whole directory but what is ours to decide: plugins, contexts, certificates stay
// found.
core::Result<void> link_rest(sys::Files& files, const std::string& from, const std::string& to) {
  if (from.empty() || !files.is_directory(from)) {
    return {};
  }
  const auto names = files.list(from);
  if (!names) {
    return tl::unexpected(names.error());
  }
  for (const auto& name : *names) {
    if (name == "config.json" || name == "buildx") {
      continue;
    }
    if (auto linked = files.make_symlink(in(from, name), in(to, name)); !linked) {
      return linked;
    }
  }
  return {};
}

// What docker is to be given: of the configuration's logins those with a password, then `carried`.
core::Result<std::vector<StoredLogin>> all_logins(const std::vector<config::RegistryLogin>& logins,
                                                  const std::vector<StoredLogin>& carried) {
  std::vector<StoredLogin> all;
  for (const auto& login : logins) {
    if (login.password.empty()) {
      continue;
    }
    if (login.username.empty()) {
      return core::fail(core::ErrorKind::config,
                        "the login for " + login.host + " has a password and no username");
    }
    all.push_back({login.host, login.username, login.password, {}});
  }
  all.insert(all.end(), carried.begin(), carried.end());
  return all;
}

// The user's own file with the logins.
core::Result<std::string> config_with(sys::Files& files,
                                      const sys::Environment& environment,
                                      const std::vector<StoredLogin>& logins) {
  auto config = read_config_json(files, environment);
  for (const auto& login : logins) {
    if (config) {
      config = with_login(*config, login);
    }
  }
  if (!config) {
    return tl::unexpected(
        core::while_doing(config.error(), "add logins to " + config_directory(environment)));
  }
  return config;
}

bool holds(const std::string& text, const core::Secret& secret) {
  const std::string& words = secret.reveal();
  return !words.empty() && (text == words || (words.size() >= kTellingLength &&
                                              text.find(words) != std::string::npos));
}

// DOCKER_AUTH_CONFIG wins over the file from docker 28.2 on: our hosts are taken out of it.
void clean_auth_variable(Variables& variables, const std::vector<StoredLogin>& logins) {
  const auto found = variables.find("DOCKER_AUTH_CONFIG");
  if (found == variables.end()) {
    return;
  }
  std::string left = found->second;
  for (const auto& login : logins) {
    auto without = without_login(left, login.host);
    if (!without) {
      return;
    }
    left = std::move(without->config);
  }
  if (Json::parse(left, nullptr, false).value("auths", Json::object()).empty()) {
    variables.erase(found);
  } else {
    found->second = std::move(left);
  }
}

// What docker may see of our variables.
Variables harmless(Variables variables,
                   const std::vector<config::RegistryLogin>& named,
                   const std::vector<StoredLogin>& logins) {
  clean_auth_variable(variables, logins);
  for (const auto& login : named) {
    if (!login.password.empty()) {
      variables.erase(login.password_variable);
    }
  }
  std::erase_if(variables, [&logins](const auto& variable) {
    return std::ranges::any_of(logins, [&variable](const StoredLogin& login) {
      return holds(variable.second, login.password) || holds(variable.second, login.identity_token);
    });
  });
  return variables;
}

}  // namespace

core::Result<ClientConfig> ClientConfig::create(sys::Files& files,
                                                const sys::Environment& environment,
                                                const std::vector<config::RegistryLogin>& logins,
                                                const std::vector<StoredLogin>& carried) {
  ClientConfig made;
  made.files_ = &files;
  made.environment_ = environment.all();
  const auto used = all_logins(logins, carried);
  if (!used) {
    return tl::unexpected(used.error());
  }
  if (used->empty()) {
    return made;
  }
  auto config = config_with(files, environment, *used);
  if (!config) {
    return tl::unexpected(config.error());
  }
  const std::string parent = environment.get("TMPDIR");
  auto directory =
      files.make_temporary_directory(parent.empty() ? "/tmp" : parent, "buildcache-docker-");
  if (!directory) {
    return tl::unexpected(directory.error());
  }
  made.directory_ = std::move(*directory);
  auto written = files.write(made.directory_ + "/config.json", *config, kPrivateFile);
  if (!written) {
    return tl::unexpected(written.error());
  }
  if (auto linked = link_rest(files, config_directory(environment), made.directory_); !linked) {
    return tl::unexpected(linked.error());
  }
  made.environment_ = harmless(std::move(made.environment_), logins, *used);
  made.environment_["DOCKER_CONFIG"] = made.directory_;
  if (const std::string builders = buildx_directory(environment); !builders.empty()) {
    made.environment_["BUILDX_CONFIG"] = builders;
  }
  return made;
}

ClientConfig::ClientConfig(ClientConfig&& other) noexcept
    : files_(other.files_),
      directory_(std::exchange(other.directory_, {})),
      environment_(std::move(other.environment_)) {}

ClientConfig& ClientConfig::operator=(ClientConfig&& other) noexcept {
  if (this != &other) {
    remove();
    files_ = other.files_;
    directory_ = std::exchange(other.directory_, {});
    environment_ = std::move(other.environment_);
  }
  return *this;
}

ClientConfig::~ClientConfig() {
  remove();
}

void ClientConfig::remove() noexcept {
  if (!directory_.empty()) {
    // There is nobody left to tell; the directory is private to its owner.
    static_cast<void>(files_->remove_all(directory_));
    directory_.clear();
  }
}

std::map<std::string, std::string> ClientConfig::environment() const {
  return environment_;
}

}  // namespace buildcache::docker
