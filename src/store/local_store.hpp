// Caches in a directory; local_layout.hpp says how it lies there.
#pragma once

#include "store/store.hpp"
#include "sys/clock.hpp"
#include "sys/files.hpp"

namespace buildcache::store {

struct CacheManifest;

class LocalStore final : public Store {
 public:
  // Both must outlive this object.
  LocalStore(sys::Files& files, sys::Clock& clock) : files_(&files), clock_(&clock) {}

  std::vector<Answer> survey(std::span<const CacheRef> refs,
                             std::chrono::milliseconds deadline,
                             std::stop_token stop) override;
  std::vector<Answer> inspect(std::span<const CacheRef> refs,
                              std::chrono::milliseconds deadline,
                              std::stop_token stop) override;
  core::Result<void> prepare(const CacheRef& staging) override;
  core::Result<std::vector<Published>> publish(const CacheRef& staging,
                                               const std::optional<core::Digest>& exported,
                                               const std::vector<std::string>& tags,
                                               const Stamp& stamp) override;

 private:
  core::Result<void> check_blobs(const CacheRef& ref, const CacheManifest& manifest);
  Answer survey_one(const CacheRef& ref);
  Answer inspect_one(const CacheRef& ref);

  sys::Files* files_;
  sys::Clock* clock_;
};

}  // namespace buildcache::store
