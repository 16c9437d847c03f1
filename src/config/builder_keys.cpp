#include "config/forms.hpp"
#include "config/keys.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace buildcache::config {
namespace {

constexpr TextRule kUse{
    "the name of a builder, as `docker buildx ls` shows it", is_simple_name, kSimpleNameHint};
constexpr TextRule kEndpoint{
    "an address such as tcp://host:port or unix:///path, or the name of a context",
    is_endpoint_or_context};
constexpr TextRule kOptionName{"the name of a driver option", is_label_name, kLabelNameHint};
constexpr TextRule kOptionValue{"the value of a driver option"};
constexpr TextRule kConfigFile{"a path", is_local_path, kLocalPathHint};

// What a driver must be made for the key to mean something.
struct KeyOfDrivers {
  std::string_view key;
  std::array<Driver, 3> drivers;
  std::string_view remedy;
};

// `docker` stands for none: the engine itself has none of these.
constexpr std::array<KeyOfDrivers, 6> kDriverKeys{{
    {"nodes",
     {Driver::docker_container, Driver::kubernetes, Driver::remote},
     "add `driver: remote` for BuildKit daemons, `driver: docker-container` for Docker engines"},
    {"driver-opts",
     {Driver::docker_container, Driver::kubernetes, Driver::remote},
     "add `driver: docker-container`"},
    {"platforms",
     {Driver::docker_container, Driver::kubernetes, Driver::remote},
     "add `driver: docker-container`"},
    {"buildkitd-config",
     {Driver::docker_container, Driver::kubernetes, Driver::docker},
     "a BuildKit that runs already has its own configuration; add `driver: docker-container` for "
     "one of yours"},
    {"buildkitd-config-inline",
     {Driver::docker_container, Driver::kubernetes, Driver::docker},
     "a BuildKit that runs already has its own configuration; add `driver: docker-container` for "
     "one of yours"},
    {"keep-state",
     {Driver::docker_container, Driver::docker, Driver::docker},
     "only a container's state can be kept: add `driver: docker-container`"},
}};

bool was_refused(const Value& value, const Builder& builder) {
  return value.has("driver") && builder.driver == Driver::automatic;
}

void check_endpoint(const Value& value, const Builder& builder) {
  if (builder.driver == Driver::remote && !value.has("endpoint") && !value.has("nodes")) {
    value.at("driver").error("the remote driver needs an endpoint",
                             "add `endpoint: tcp://host:port` or `endpoint: unix:///path`");
  }
  if (!value.has("endpoint")) {
    return;
  }
  if (builder.driver == Driver::automatic || builder.driver == Driver::docker) {
    value.at("endpoint")
        .error("the Docker engine's own builder and builders that exist have no endpoint to set",
               "add `driver: remote` for a BuildKit daemon there, `driver: docker-container` for a "
               "Docker engine or context");
  } else if (builder.driver == Driver::remote && !builder.endpoint.empty() &&
             !is_builder_endpoint(builder.endpoint)) {
    value.at("endpoint").unexpected("an address such as tcp://host:port or unix:///path");
  }
}

void check_driver_keys(const Value& value, const Builder& builder) {
  for (const KeyOfDrivers& known : kDriverKeys) {
    const bool fits = builder.driver != Driver::docker &&
                      std::ranges::find(known.drivers, builder.driver) != known.drivers.end();
    if (value.has(known.key) && !fits) {
      value.at(known.key).error(
          builder.driver == Driver::automatic
              ? "it needs a driver that makes a builder"
              : fmt::format("the {} driver does not take it", word_of(builder.driver)),
          std::string(known.remedy));
    }
  }
}

// With nodes, each brings its own of what describes one.
void check_nodes(const Value& value, const Builder& builder) {
  if (!value.has("nodes")) {
    return;
  }
  for (const std::string_view key : {"endpoint", "platforms"}) {
    if (value.has(key)) {
      value.at(key).error("each of `nodes` has its own", "move it into the node it is meant for");
    }
  }
  const Value nodes = value.at("nodes");
  for (std::size_t i = 0; i < builder.nodes.size(); ++i) {
    const std::string& endpoint = builder.nodes[i].endpoint;
    if (builder.driver != Driver::remote || (nodes.item(i).has("endpoint") && endpoint.empty())) {
      continue;
    }
    if (endpoint.empty()) {
      nodes.item(i).error("a node of the remote driver needs an endpoint",
                          "add `endpoint: tcp://host:port` or `endpoint: unix:///path`");
    } else if (!is_builder_endpoint(endpoint)) {
      nodes.item(i).at("endpoint").unexpected("an address such as tcp://host:port or unix:///path");
    }
  }
}

void check_builder(const Value& value, Builder& builder) {
  if (value.has("use") && value.has("driver")) {
    value.at("use").error("an existing builder brings its own driver",
                          "keep either `use` or `driver`");
    return;
  }
  if (was_refused(value, builder)) {
    return;
  }
  check_endpoint(value, builder);
  check_nodes(value, builder);
  check_driver_keys(value, builder);
  if (value.has("buildkitd-config") && value.has("buildkitd-config-inline")) {
    value.at("buildkitd-config-inline")
        .error("BuildKit reads one configuration", "keep this or `buildkitd-config`");
  }
}

std::vector<Field<Builder>> choice_fields() {
  return {
      field(&Builder::driver,
            {.name = "driver",
             .description =
                 "What runs BuildKit: the Docker engine itself, a container or pod made for this "
                 "run, or a daemon at `endpoint`; without it buildx's current builder, and in CI, "
                 "where that cannot export caches, a container"},
            word<Driver>({{"docker", Driver::docker},
                          {"docker-container", Driver::docker_container},
                          {"kubernetes", Driver::kubernetes},
                          {"remote", Driver::remote}})),
      field(&Builder::use,
            {.name = "use", .description = "An existing builder, by name; excludes `driver`"},
            text(kUse)),
      field(&Builder::endpoint,
            {.name = "endpoint",
             .description = "`remote`: where BuildKit listens; `docker-container`: a Docker engine "
                            "or context, `kubernetes`: a context, other than the current one"},
            text(kEndpoint))};
}

Type<std::map<std::string, std::string>> driver_opts_type() {
  return map_of("a mapping such as {network: host}",
                kOptionName,
                std::string(kLabelNamePattern),
                scalar(kOptionValue));
}

Type<std::vector<std::string>> platforms_type() {
  return list_of("a list such as [linux/amd64, linux/arm64]", platform_type());
}

Type<std::vector<BuilderNode>> nodes_type() {
  return list_of(
      "a list such as [{endpoint: tcp://host:port, platforms: [linux/arm64]}]",
      object<BuilderNode>(
          "a mapping such as {endpoint: tcp://host:port}",
          {field(&BuilderNode::endpoint,
                 {.name = "endpoint", .description = "As `builder.endpoint`, of this node"},
                 text(kEndpoint)),
           field(&BuilderNode::platforms,
                 {.name = "platforms",
                  .description = "What this node is to build; it finds out without it",
                  .default_json = "[]"},
                 platforms_type()),
           field(&BuilderNode::driver_opts,
                 {.name = "driver-opts",
                  .description = "Of this node, besides `builder.driver-opts`, and before them",
                  .default_json = "{}"},
                 driver_opts_type())}));
}

std::vector<Field<Builder>> making_fields() {
  return {
      field(&Builder::nodes,
            {.name = "nodes",
             .description = "Several BuildKits of one builder, each building its platforms "
                            "natively; their caches are kept apart by platform",
             .default_json = "[]"},
            nodes_type()),
      field(&Builder::driver_opts,
            {.name = "driver-opts",
             .description = "Options of the driver, as `docker buildx create --driver-opt` knows "
                            "them: `image`, `network`, `namespace`, …; `cacert`, `cert`, `key` and "
                            "`servername` of `remote`, whose paths start at this file's directory",
             .default_json = "{}"},
            driver_opts_type()),
      field(&Builder::platforms,
            {.name = "platforms",
             .description = "What the builder is told to build natively; it finds out without it",
             .default_json = "[]"},
            platforms_type()),
      field(&Builder::buildkitd_config,
            {.name = "buildkitd-config",
             .description = "BuildKit's configuration file (buildkitd.toml): mirrors, private "
                            "certificates, garbage collection"},
            text(kConfigFile)),
      field(&Builder::buildkitd_config_inline,
            {.name = "buildkitd-config-inline",
             .description = "The same, as text; excludes `buildkitd-config`"},
            block({"the text of a buildkitd.toml"})),
      field(&Builder::keep_state,
            {.name = "keep-state",
             .description = "Keep the container's layers and cache mounts for the next run on this "
                            "machine",
             .default_json = "false"},
            boolean())};
}

}  // namespace

Type<Builder> builder_type() {
  auto fields = choice_fields();
  auto more = making_fields();
  fields.insert(fields.end(), more.begin(), more.end());
  return object<Builder>("a mapping such as {driver: docker-container}", fields, check_builder);
}

}  // namespace buildcache::config
