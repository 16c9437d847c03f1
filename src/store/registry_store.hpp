// Caches in a registry, one tag each: exported ones, and those inside images.
#pragma once

#include "registry/client.hpp"
#include "store/cache_manifest.hpp"
#include "store/store.hpp"
#include "sys/clock.hpp"

namespace buildcache::store {

class RegistryStore final : public Store {
 public:
  // `client` and `clock` must outlive this object; `stop` ends publishing early.
  RegistryStore(registry::Client& client, sys::Clock& clock, std::stop_token stop);

  std::vector<Answer> survey(std::span<const CacheRef> refs,
                             std::chrono::milliseconds deadline,
                             std::stop_token stop) override;
  std::vector<Answer> inspect(std::span<const CacheRef> refs,
                              std::chrono::milliseconds deadline,
                              std::stop_token stop) override;
  core::Result<std::vector<Published>> publish(const CacheRef& staging,
                                               const std::optional<core::Digest>& exported,
                                               const std::vector<std::string>& tags,
                                               const Stamp& stamp) override;

 private:
  Answer survey_one(const CacheRef& ref, const registry::Limits& limits);
  Answer inspect_one(const CacheRef& ref, const registry::Limits& limits);
  Answer inspect_image(const core::Repository& repository,
                       const registry::Manifest& manifest,
                       const registry::Limits& limits);
  // Returns the manifest's media type. Errors: bad_response (no cache that BuildKit would import),
  // and as reading fails.
  core::Result<std::string> check_exported(const CacheRef& staging,
                                           const registry::Manifest& manifest,
                                           const registry::Limits& limits);

  registry::Client* client_;
  sys::Clock* clock_;
  std::stop_token stop_;
};

}  // namespace buildcache::store
