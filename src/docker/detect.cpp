#include "docker/detect.hpp"

#include "core/text.hpp"
#include "docker/buildx_state.hpp"
#include "docker/docker_files.hpp"
#include "docker/engine_info.hpp"

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace buildcache::docker {
namespace {

constexpr std::chrono::milliseconds kTimeout{10'000};
constexpr std::string_view kUnix = "unix://";
constexpr std::size_t kMaxWords = 500;  // characters of docker's words in a message

// Docker 25 brought BuildKit 0.12, which knows image-manifest and ignore-error.
constexpr int kDockerWithBuildkit012 = 25;
// Docker 28 brought BuildKit 0.20, which knows the second version of GitHub's cache service.
constexpr int kDockerWithBuildkit020 = 28;

core::Result<EngineInfo> no_answer(const std::string& host, std::string words) {
  words.resize(words.find_last_not_of(" \r\n") + 1);
  return core::fail(core::ErrorKind::engine,
                    "the Docker engine at " + core::printable(host) +
                        " does not answer: " + core::shortened(core::printable(words), kMaxWords),
                    "start it, or point DOCKER_HOST or the docker context at a running one");
}

core::Result<EngineInfo> ask_over_socket(sys::HttpTransport& http, const std::string& host) {
  sys::HttpRequest request;
  request.url = "http://docker/info";
  request.unix_socket = host.substr(kUnix.size());
  request.timeout = kTimeout;
  const auto response = http.send(request);
  if (!response) {
    return no_answer(host, response.error().message);
  }
  const auto info = parse_engine_info(response->body);
  if (response->status != 200 || !info) {
    return no_answer(host, "status " + std::to_string(response->status) + " " + response->body);
  }
  return *info;
}

core::Result<EngineInfo> ask_docker(sys::ProcessRunner& processes,
                                    const sys::Environment& environment,
                                    const BuilderState& builder) {
  std::vector<std::string> argv = {"docker"};
  // With DOCKER_HOST there are no contexts.
  if (environment.get("DOCKER_HOST").empty()) {
    argv.insert(argv.end(), {"--context", builder.name});
  }
  argv.insert(argv.end(), {"info", "--format", "{{json .}}"});
  const auto exit = processes.run({std::move(argv), environment.all(), {}, {}, kTimeout});
  if (!exit) {
    return no_answer(builder.host, exit.error().message);
  }
  const auto info = parse_engine_info(exit->out);
  if (exit->code != 0 || !info || info->version.empty()) {
    return no_answer(builder.host, exit->timed_out ? "no answer in time" : exit->err);
  }
  return *info;
}

// Returns the value of "Driver:  remote" in what `docker buildx inspect` prints.
std::string inspected_driver(std::string_view text) {
  constexpr std::string_view kKey = "\nDriver:";
  const std::size_t key = text.find(kKey);
  if (key == std::string_view::npos) {
    return {};
  }
  text.remove_prefix(key + kKey.size());
  text = text.substr(0, text.find('\n'));
  const std::size_t begin = text.find_first_not_of(" \t");
  return begin == std::string_view::npos ? std::string() : core::printable(text.substr(begin));
}

core::Result<std::string> ask_buildx(sys::ProcessRunner& processes,
                                     const sys::Environment& environment,
                                     const std::string& name) {
  const auto exit =
      processes.run({{"docker", "buildx", "inspect", name}, environment.all(), {}, {}, kTimeout});
  const std::string driver = exit ? inspected_driver(exit->out) : std::string();
  if (driver.empty()) {
    const std::string words = exit ? exit->err : exit.error().message;
    return core::fail(core::ErrorKind::engine,
                      "the driver of builder '" + core::printable(name) +
                          "' is not known: " + core::shortened(core::printable(words), kMaxWords),
                      "see `docker buildx ls`");
  }
  return driver;
}

core::Result<BuilderState> choose_builder(sys::Files& files,
                                          const sys::Environment& environment,
                                          const config::Builder& builder) {
  if (!builder.use.empty()) {
    if (auto found = find_builder(files, environment, builder.use)) {
      return std::move(*found);
    }
    return core::fail(core::ErrorKind::engine,
                      "there is no builder '" + core::printable(builder.use) + "'",
                      "see `docker buildx ls`");
  }
  const auto context = current_context(files, environment);
  if (!context) {
    return tl::unexpected(context.error());
  }
  if (builder.driver == config::Driver::docker) {
    return BuilderState{context->name, "docker", context->host};
  }
  return current_builder(files, environment, *context);
}

void add_engine(Capabilities& capabilities, const EngineInfo& info) {
  capabilities.engine_version = info.version;
  const int major = major_version(info.version);
  if (major > 0 && major < kDockerWithBuildkit012) {
    capabilities.image_manifest = false;
    capabilities.ignore_error = false;
  }
  capabilities.gha = info.containerd_store && (major == 0 || major >= kDockerWithBuildkit020);
  if (!info.containerd_store) {
    capabilities.registry_export = false;
    capabilities.local_export = false;
    capabilities.why_no_export =
        "the Docker engine does not use containerd's image store, so its own builder cannot export "
        "caches: set \"features\": {\"containerd-snapshotter\": true} in /etc/docker/daemon.json, "
        "or "
        "make another builder with `docker buildx create --use`";
  }
}

}  // namespace

core::Result<Capabilities> detect(const Probes& probes,
                                  const sys::Environment& environment,
                                  const config::Builder& builder) {
  if (auto installed = check_installed(probes.files, environment); !installed) {
    return tl::unexpected(installed.error());
  }
  Capabilities capabilities;
  const bool made = builder.driver == config::Driver::docker_container ||
                    builder.driver == config::Driver::kubernetes ||
                    builder.driver == config::Driver::remote;
  if (builder.use.empty() && made) {
    // make_ready() creates it and finds out whether it answers.
    capabilities.driver = config::word_of(builder.driver);
    return capabilities;
  }
  auto chosen = choose_builder(probes.files, environment, builder);
  if (!chosen) {
    return tl::unexpected(chosen.error());
  }
  if (chosen->driver.empty()) {
    auto driver = ask_buildx(probes.processes, environment, chosen->name);
    if (!driver) {
      return tl::unexpected(driver.error());
    }
    chosen->driver = std::move(*driver);
  }
  capabilities.driver = chosen->driver;
  capabilities.object_stores = chosen->driver != "docker";  // moby builds BuildKit without them
  // Without a choice of anybody's, buildx takes the same one.
  const bool plain_default = chosen->name == "default" && builder.use.empty() &&
                             builder.driver == config::Driver::automatic;
  capabilities.builder = plain_default ? std::string() : chosen->name;
  if (chosen->driver != "docker" || chosen->host.empty()) {
    return capabilities;
  }
  const auto info = chosen->host.starts_with(kUnix)
                        ? ask_over_socket(probes.http, chosen->host)
                        : ask_docker(probes.processes, environment, *chosen);
  if (!info) {
    return tl::unexpected(info.error());
  }
  add_engine(capabilities, *info);
  return capabilities;
}

Capabilities assumed_floor() {
  Capabilities capabilities;
  capabilities.assumed = true;
  capabilities.driver = "docker";
  return capabilities;
}

}  // namespace buildcache::docker
