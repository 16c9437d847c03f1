#include "docker/docker_files.hpp"

#include "core/digest.hpp"
#include "core/text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <string_view>

namespace buildcache::docker {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kLimit = 4U << 20U;
constexpr std::string_view kDefaultContext = "default";
constexpr std::string_view kDefaultHost = "unix:///var/run/docker.sock";

std::string absolute(const std::string& path, const sys::Environment& environment) {
  return path.empty() || path.starts_with('/') ? path : environment.get("PWD") + "/" + path;
}

// Returns config.json as an object; an empty one when it is broken, as docker then warns and goes
// on.
Json config_of(sys::Files& files, const sys::Environment& environment) {
  const auto text = read_config_json(files, environment);
  Json config = text ? Json::parse(*text, nullptr, false) : Json::object();
  return config.is_object() ? config : Json::object();
}

std::string string_of(const Json& object, const std::string& key) {
  const auto found = object.is_object() ? object.find(key) : object.end();
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

const Json& member_of(const Json& object, const std::string& key) {
  static const Json kNone = Json::object();
  const auto found = object.is_object() ? object.find(key) : object.end();
  return found != object.end() ? *found : kNone;
}

std::vector<std::string> split_path(const std::string& path) {
  std::vector<std::string> directories;
  std::size_t begin = 0;
  while (begin <= path.size()) {
    const std::size_t end = std::min(path.find(':', begin), path.size());
    if (end > begin) {
      directories.push_back(path.substr(begin, end - begin));
    }
    begin = end + 1;
  }
  return directories;
}

// The places of docker/cli (cli-plugins/manager), in its order.
std::vector<std::string> plugin_directories(sys::Files& files,
                                            const sys::Environment& environment) {
  std::vector<std::string> directories;
  const Json config = config_of(files, environment);
  for (const Json& extra : member_of(config, "cliPluginsExtraDirs")) {
    if (extra.is_string()) {
      directories.push_back(extra.get<std::string>());
    }
  }
  const std::string own = config_directory(environment);
  if (!own.empty()) {
    directories.push_back(own + "/cli-plugins");
  }
  for (const char* system : {"/usr/local/lib", "/usr/local/libexec", "/usr/lib", "/usr/libexec"}) {
    directories.push_back(std::string(system) + "/docker/cli-plugins");
  }
  return directories;
}

bool is_in_any(sys::Files& files,
               const std::vector<std::string>& directories,
               const std::string& name) {
  return std::ranges::any_of(directories, [&](const std::string& directory) {
    return files.exists(directory + "/" + name);
  });
}

std::string listed(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) {
    text += (text.empty() ? "" : ", ") + word;
  }
  return core::printable(text);
}

}  // namespace

std::string config_directory(const sys::Environment& environment) {
  const std::string own = environment.get("DOCKER_CONFIG");
  if (!own.empty()) {
    return absolute(own, environment);
  }
  const std::string home = environment.get("HOME");
  return home.empty() ? std::string() : absolute(home + "/.docker", environment);
}

std::string buildx_directory(const sys::Environment& environment) {
  const std::string own = environment.get("BUILDX_CONFIG");
  if (!own.empty()) {
    return absolute(own, environment);
  }
  const std::string directory = config_directory(environment);
  return directory.empty() ? std::string() : directory + "/buildx";
}

core::Result<std::string> read_config_json(sys::Files& files, const sys::Environment& environment) {
  const std::string directory = config_directory(environment);
  if (directory.empty()) {
    return "{}";
  }
  auto text = files.read(directory + "/config.json", kLimit);
  if (text) {
    // docker takes an empty file for an empty configuration.
    return text->find_first_not_of(" \t\r\n") == std::string::npos ? "{}" : std::move(*text);
  }
  if (text.error().kind == core::ErrorKind::not_found) {
    return "{}";
  }
  return core::fail(core::ErrorKind::config,
                    core::while_doing(text.error(), "read docker's config.json").message);
}

core::Result<DockerContext> current_context(sys::Files& files,
                                            const sys::Environment& environment) {
  const std::string host = environment.get("DOCKER_HOST");
  if (!host.empty()) {
    return DockerContext{std::string(kDefaultContext), host};
  }
  std::string name = environment.get("DOCKER_CONTEXT");
  if (name.empty()) {
    name = string_of(config_of(files, environment), "currentContext");
  }
  return find_context(files, environment, name.empty() ? std::string(kDefaultContext) : name);
}

core::Result<DockerContext> find_context(sys::Files& files,
                                         const sys::Environment& environment,
                                         const std::string& name) {
  if (name == kDefaultContext) {
    const std::string host = environment.get("DOCKER_HOST");
    return DockerContext{name, host.empty() ? std::string(kDefaultHost) : host};
  }
  const std::string path =
      config_directory(environment) + "/contexts/meta/" + core::sha256_hex(name) + "/meta.json";
  const auto text = files.read(path, kLimit);
  const Json meta = text ? Json::parse(*text, nullptr, false) : Json();
  const std::string host = string_of(member_of(member_of(meta, "Endpoints"), "docker"), "Host");
  if (host.empty()) {
    return core::fail(core::ErrorKind::engine,
                      "there is no docker context '" + core::printable(name) + "'",
                      "see `docker context ls`");
  }
  return DockerContext{name, host};
}

core::Result<void> check_installed(sys::Files& files, const sys::Environment& environment) {
  if (!is_in_any(files, split_path(environment.get("PATH")), "docker")) {
    return core::fail(core::ErrorKind::engine,
                      "there is no docker command on PATH",
                      "install the docker command line with its buildx plugin");
  }
  const auto directories = plugin_directories(files, environment);
  if (!is_in_any(files, directories, "docker-buildx")) {
    return core::fail(
        core::ErrorKind::engine,
        "docker has no buildx plugin; looked for docker-buildx in " + listed(directories),
        "install docker-buildx (Debian: docker-buildx, Docker: docker-buildx-plugin)");
  }
  return {};
}

}  // namespace buildcache::docker
