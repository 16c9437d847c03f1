// Caches in a store that keeps one JSON object a cache: the part gha, s3 and azblob share.
#pragma once

#include "registry/client.hpp"
#include "store/store.hpp"
#include "sys/clock.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace buildcache::store {

// What such a service can do with the object of one cache. Errors of all: unauthorized, forbidden,
// unavailable, timed_out, bad_response, cancelled. Thread-safe.
class ManifestObjects {
 public:
  ManifestObjects() = default;
  ManifestObjects(const ManifestObjects&) = delete;  // used by reference
  ManifestObjects& operator=(const ManifestObjects&) = delete;
  virtual ~ManifestObjects() = default;

  virtual core::Result<bool> exists(const CacheRef& ref, const registry::Limits& limits) = 0;

  // Errors also: not_found.
  virtual core::Result<std::string> read(const CacheRef& ref, const registry::Limits& limits) = 0;

  // Makes `bytes` the cache of `ref`, whole or not at all.
  virtual core::Result<void> write(const CacheRef& ref,
                                   std::string_view bytes,
                                   const registry::Limits& limits) = 0;

  // Removes the object; where the service does not allow it, read() no longer sees what is there.
  virtual core::Result<void> clear(const CacheRef& ref, const registry::Limits& limits) = 0;
};

// Exports go to a staging object; what BuildKit wrote there is stamped and written under each tag.
// Blobs are shared by all caches and never touched.
class ObjectStore final : public Store {
 public:
  // `clock` must outlive this object; `stop` ends publishing early.
  ObjectStore(std::unique_ptr<ManifestObjects> objects, sys::Clock& clock, std::stop_token stop);

  std::vector<Answer> survey(std::span<const CacheRef> refs,
                             std::chrono::milliseconds deadline,
                             std::stop_token stop) override;
  std::vector<Answer> inspect(std::span<const CacheRef> refs,
                              std::chrono::milliseconds deadline,
                              std::stop_token stop) override;
  // An export that never happens must not leave an older one to be taken for it.
  core::Result<void> prepare(const CacheRef& staging) override;
  core::Result<std::vector<Published>> publish(const CacheRef& staging,
                                               const std::optional<core::Digest>& exported,
                                               const std::vector<std::string>& tags,
                                               const Stamp& stamp) override;

 private:
  Answer survey_one(const CacheRef& ref, const registry::Limits& limits);
  Answer inspect_one(const CacheRef& ref, const registry::Limits& limits);

  std::unique_ptr<ManifestObjects> objects_;
  sys::Clock* clock_;
  std::stop_token stop_;
};

}  // namespace buildcache::store
