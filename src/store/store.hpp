// A store of caches: asking what is there, and publishing what a build exported.
#pragma once

#include "core/result.hpp"
#include "store/types.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace buildcache::store {

struct Published {
  std::string tag;
  std::optional<core::Digest> digest;  // of the stamped manifest, when it worked
  std::optional<core::Error> error;
};

// Thread-safe.
class Store {
 public:
  Store() = default;
  Store(const Store&) = delete;  // used by reference
  Store& operator=(const Store&) = delete;
  virtual ~Store() = default;

  // Asks for all of `refs` at once (registry: one HEAD each, at most 32 in flight per host) and
  // returns the answers in their order. Never takes longer than `deadline`; what has not answered
  // by then is timed_out.
  virtual std::vector<Answer> survey(std::span<const CacheRef> refs,
                                     std::chrono::milliseconds deadline,
                                     std::stop_token stop) = 0;

  // Reads manifest and cache config of refs a survey found, concurrently, and says whether BuildKit
  // can import them: form, 1 MiB limit on manifest and config (moby/buildkit#3719), digests.
  virtual std::vector<Answer> inspect(std::span<const CacheRef> refs,
                                      std::chrono::milliseconds deadline,
                                      std::stop_token stop) = 0;

  // Makes ready what an export to `staging` needs; to be called before the build that exports
  // there. Errors: those of the file system (local store).
  virtual core::Result<void> prepare(const CacheRef& staging);

  // Publishes the cache exported to `staging` under each of `tags` of the same location with
  // `stamp`, and removes the staging tag where the store allows it. `exported` is the manifest's
  // digest as BuildKit reported it; without it the staging tag is asked. The blobs are not touched,
  // so a kill at any moment leaves old or new caches, whole. Errors: as the first step failed
  // (not_found: nothing was exported; bad_response: what was exported is no cache, or one BuildKit
  // would not import, so the older caches stay); a failing tag is in its Published.
  virtual core::Result<std::vector<Published>> publish(const CacheRef& staging,
                                                       const std::optional<core::Digest>& exported,
                                                       const std::vector<std::string>& tags,
                                                       const Stamp& stamp) = 0;
};

}  // namespace buildcache::store
