// The index entries BuildKit keeps in GitHub's cache service (second version).
#pragma once

#include "store/gha_session.hpp"
#include "store/object_store.hpp"
#include "sys/http.hpp"

#include <map>
#include <mutex>

namespace buildcache::store {

// BuildKit names the index of scope S "index-S-1-<ref>#<n>": <ref> are eight hexadecimal digits for
// the git ref it belongs to, and each export writes the next n, because an entry is written once
// (buildkit, cache/remotecache/gha; tonistiigi/go-actions-cache, SaveMutable). Entries cannot be
// removed with a job's token; the service drops those nobody read for a week.
class GhaObjects final : public ManifestObjects {
 public:
  // `http` must outlive this object.
  GhaObjects(sys::HttpTransport& http, core::Result<GhaSession> session)
      : http_(&http), session_(std::move(session)) {}

  core::Result<bool> exists(const CacheRef& ref, const registry::Limits& limits) override;
  core::Result<std::string> read(const CacheRef& ref, const registry::Limits& limits) override;
  core::Result<void> write(const CacheRef& ref,
                           std::string_view bytes,
                           const registry::Limits& limits) override;
  core::Result<void> clear(const CacheRef& ref, const registry::Limits& limits) override;

 private:
  struct Entry {
    std::string key;  // empty: there is none
    std::string url;
  };

  core::Result<Entry> find(const std::string& tag,
                           const std::vector<std::string>& refs,
                           const registry::Limits& limits);
  core::Result<std::string> call(std::string_view method,
                                 std::string body,
                                 const registry::Limits& limits);
  core::Result<void> upload(const std::string& url,
                            std::string_view bytes,
                            const registry::Limits& limits);

  sys::HttpTransport* http_;
  core::Result<GhaSession> session_;
  std::mutex mutex_;
  std::map<std::string, std::string> cleared_;  // by tag: the key that is no longer seen
};

}  // namespace buildcache::store
