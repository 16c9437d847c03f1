#include "commands/mounts_agent.hpp"

#include "commands/wire.hpp"
#include "mounts/agent.hpp"
#include "mounts/agent_build.hpp"
#include "mounts/generation.hpp"
#include "mounts/tree_blobs.hpp"
#include "registry/http_client.hpp"
#include "store/registry_blobs.hpp"
#include "sys/parallel.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace buildcache::commands {

namespace {

using core::Result;

constexpr std::size_t kMostRequest = 16U << 20U;
// As many packs and frames are in memory: more would gain little.
constexpr std::size_t kMostWorkers = 4;
// Who waits for a registry leaves a processor to others.
std::size_t workers_for(const mounts::AgentRequest& request) {
  return request.host.empty() ? std::min(sys::usable_processors(), kMostWorkers) : kMostWorkers;
}

// A registry in reach answers at once, and what is not in reach must not cost much.
constexpr std::chrono::milliseconds kReachTimeout{3'000};

// A registry as the step in the builder sees it, with the login it was given.
class Registry {
 public:
  Registry(const Seams& seams, std::string host, registry::Credentials credentials)
      : host_(std::move(host)),
        stop_(seams.interruption.token()),
        credentials_(std::move(credentials)),
        wire_(seams, Verbosity::normal),
        impatient_(seams.http, credentials_, seams.clock),
        client_(wire_.http(), credentials_, seams.clock),
        blobs_(client_, stop_) {}

  // Errors: those of the login's file.
  static Result<std::unique_ptr<Registry>> make(const Seams& seams,
                                                const mounts::AgentRequest& request) {
    config::RegistryLogin login;
    login.host = request.host;
    login.plain_http = request.plain_http;
    const sys::Environment environment(
        std::map<std::string, std::string>{{"DOCKER_CONFIG", mounts::kAccess}});
    auto credentials = registry::Credentials::load(seams.files, environment, {login});
    return credentials ? Result<std::unique_ptr<Registry>>(std::make_unique<Registry>(
                             seams, request.host, *std::move(credentials)))
                       : tl::unexpected(credentials.error());
  }

  // Whether it is there, and the one the client speaks with: every repository with a generation in
  // it has its config.
  std::optional<mounts::Transfer> reach(const std::string& path) {
    const core::Repository repository{host_, path};
    const auto there = impatient_.has_blob(
        repository, core::Digest::of(mounts::config_blob()), {kReachTimeout, stop_});
    if (!there || !*there) {
      return std::nullopt;
    }
    store::Location place;
    place.repository = repository;
    return mounts::Transfer{[this, place](const core::Digest& digest, std::size_t most) {
                              return blobs_.get(place, digest, most);
                            },
                            [this, place](const core::Digest& digest, std::string_view bytes) {
                              return blobs_.put(place, digest, bytes);
                            }};
  }

 private:
  // Each part works on the one before it.
  std::string host_;
  std::stop_token stop_;
  registry::Credentials credentials_;
  Wire wire_;
  registry::HttpClient impatient_;  // tries once
  registry::HttpClient client_;
  store::RegistryBlobs blobs_;
};

}  // namespace

core::Result<void> mounts_agent(const Seams& seams) {
  const auto input = seams.open_tree(mounts::kInput);
  if (!input) {
    return core::fail(core::ErrorKind::usage,
                      "`mounts agent` runs inside a builder alone, started by `buildcache run`");
  }
  const auto text = mounts::read_whole(**input, mounts::kRequestName, kMostRequest);
  const auto request = text ? mounts::decode_request(*text) : tl::unexpected(text.error());
  if (!request) {
    return tl::unexpected(request.error());
  }
  if (auto made = seams.files.make_directories(mounts::kOutput, 0755); !made) {
    return made;
  }
  const auto output = seams.open_tree(mounts::kOutput);
  const auto state = seams.open_tree(mounts::kState);
  if (!output || !state) {
    return tl::unexpected(output ? state.error() : output.error());
  }
  const auto registry =
      request->host.empty() ? Result<std::unique_ptr<Registry>>() : Registry::make(seams, *request);
  mounts::AgentWorld world{
      seams.open_tree, seams.clock, workers_for(*request), **input, **output, **state};
  if (registry && *registry) {
    world.reach = [&registry](const std::string& path) { return (*registry)->reach(path); };
  }
  const auto reports = mounts::serve(world, *request);
  return mounts::write_whole(**output, mounts::kReportName, mounts::encode_reports(reports));
}

}  // namespace buildcache::commands
