#include "store/registry_store.hpp"

#include "store/answer.hpp"
#include "store/ask_all.hpp"
#include "sys/parallel.hpp"

#include <utility>

namespace buildcache::store {

namespace {

using core::Result;
using std::chrono::milliseconds;

constexpr milliseconds kWriteTimeout{30'000};  // for each request of a publication

std::string reference_of(const CacheRef& ref) {
  return ref.digest ? ref.digest->str() : ref.tag;
}

}  // namespace

RegistryStore::RegistryStore(registry::Client& client, sys::Clock& clock, std::stop_token stop)
    : client_(&client), clock_(&clock), stop_(std::move(stop)) {}

std::vector<Answer> RegistryStore::survey(std::span<const CacheRef> refs,
                                          milliseconds deadline,
                                          std::stop_token stop) {
  return ask_all(refs,
                 {clock_, deadline, std::move(stop)},
                 [this](const auto& ref, const auto& limits) { return survey_one(ref, limits); });
}

std::vector<Answer> RegistryStore::inspect(std::span<const CacheRef> refs,
                                           milliseconds deadline,
                                           std::stop_token stop) {
  return ask_all(refs,
                 {clock_, deadline, std::move(stop)},
                 [this](const auto& ref, const auto& limits) { return inspect_one(ref, limits); });
}

Answer RegistryStore::survey_one(const CacheRef& ref, const registry::Limits& limits) {
  auto head = client_->head_manifest(ref.location.repository, reference_of(ref), limits);
  if (!head) {
    return failed_answer(head.error());
  }
  Answer answer;
  answer.verdict = *head ? Verdict::found : Verdict::absent;
  answer.reason = *head ? "" : ref.location.repository.host + " has no such tag";
  answer.digest = *head && (*head)->digest ? (*head)->digest : ref.digest;
  return answer;
}

Answer RegistryStore::inspect_one(const CacheRef& ref, const registry::Limits& limits) {
  const auto start = clock_->steady();
  auto manifest = client_->get_manifest(ref.location.repository, reference_of(ref), limits);
  if (!manifest) {
    return failed_inspection(manifest.error());
  }
  auto cache = read_cache_manifest(manifest->bytes);
  if (!cache) {
    return failed_inspection(cache.error());
  }
  registry::Limits rest = limits;
  rest.timeout -= std::chrono::duration_cast<milliseconds>(clock_->steady() - start);
  auto config = client_->get_blob(ref.location.repository, cache->config, kImportLimit, rest);
  if (!config) {
    return failed_inspection(config.error());
  }
  const auto checked = check_cache_config(*config, cache->layers);
  return checked ? usable_answer(*cache, manifest->digest) : failed_inspection(checked.error());
}

Result<std::vector<Published>> RegistryStore::publish(const CacheRef& staging,
                                                      const std::optional<core::Digest>& exported,
                                                      const std::vector<std::string>& tags,
                                                      const Stamp& stamp) {
  const core::Repository& repository = staging.location.repository;
  const registry::Limits limits{kWriteTimeout, stop_};
  auto manifest =
      client_->get_manifest(repository, exported ? exported->str() : staging.tag, limits);
  if (!manifest) {
    return tl::unexpected(manifest.error());
  }
  auto cache = read_cache_manifest(manifest->bytes);
  auto bytes = cache ? stamped(manifest->bytes, stamp) : tl::unexpected(cache.error());
  if (!bytes) {
    return tl::unexpected(core::while_doing(bytes.error(), "publish " + repository.str()));
  }
  const registry::Manifest published{cache->media_type, *bytes, core::Digest::of(*bytes)};
  std::vector<Published> results(tags.size());
  sys::for_each_parallel(tags.size(), kMostAtOnce, [&](std::size_t i) {
    auto put = client_->put_manifest(repository, tags[i], published, limits);
    results[i] = put ? Published{tags[i], *put, {}} : Published{tags[i], {}, put.error()};
  });
  // A staging tag left behind does no harm: it is never a candidate.
  static_cast<void>(client_->delete_tag(repository, staging.tag, limits));
  return results;
}

}  // namespace buildcache::store
