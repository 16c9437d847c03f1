#include "plan/plain_http.hpp"

#include "core/image_ref.hpp"
#include "plan/shown.hpp"

#include <algorithm>
#include <set>
#include <string>

namespace buildcache::plan {

namespace {

std::string host_of(const std::string& tag) {
  const auto reference = core::parse_image_ref(tag);
  return reference ? reference->repository.host : std::string();
}

}  // namespace

bool needs_plain_http(const config::Config& config, std::string_view host) {
  return !core::is_loopback_host(host) &&
         std::ranges::any_of(config.registries, [host](const config::RegistryLogin& registry) {
           return registry.plain_http && registry.host == host;
         });
}

bool pushes_plain_http(const config::Config& config, const Build& build) {
  return build.push && std::ranges::all_of(build.tags, [&config](const std::string& tag) {
           return needs_plain_http(config, host_of(tag));
         });
}

std::vector<core::Notice> notices_of_plain_http(const config::Config& config,
                                                const TargetPlan& target,
                                                std::string_view driver) {
  const Build& build = target.build;
  if (!build.push || (build.push_plain_http && driver != "docker")) {
    return {};
  }
  std::set<std::string> hosts;
  for (const std::string& tag : build.tags) {
    if (needs_plain_http(config, host_of(tag))) {
      hosts.insert(host_of(tag));
    }
  }
  std::vector<core::Notice> notices;
  notices.reserve(hosts.size());
  for (const std::string& host : hosts) {
    notices.push_back(
        {core::Severity::notice,
         driver == "docker"
             ? "the Docker engine itself pushes to " + shown(host) + ", over https unless told"
             : "the push to " + shown(host) + " is tried over https, as other tags of the target",
         driver == "docker" ? "name it under insecure-registries in the engine's daemon.json"
                            : "give the tags at " + shown(host) + " a target of their own",
         target.name});
  }
  return notices;
}

}  // namespace buildcache::plan
