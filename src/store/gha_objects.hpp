// The index entries BuildKit keeps in GitHub's cache service.
#pragma once

#include "store/gha_entries.hpp"
#include "store/object_store.hpp"

#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace buildcache::store {

// BuildKit's index of scope S is the series "index-S-1-" (buildkit, cache/remotecache/gha).
class GhaObjects final : public ManifestObjects {
 public:
  explicit GhaObjects(GhaEntries entries) : entries_(std::move(entries)) {}

  core::Result<bool> exists(const CacheRef& ref, const registry::Limits& limits) override;
  core::Result<std::string> read(const CacheRef& ref, const registry::Limits& limits) override;
  core::Result<void> write(const CacheRef& ref,
                           std::string_view bytes,
                           const registry::Limits& limits) override;
  core::Result<void> clear(const CacheRef& ref, const registry::Limits& limits) override;

 private:
  core::Result<GhaEntries::Entry> find(const std::string& tag, const registry::Limits& limits);

  GhaEntries entries_;
  std::mutex mutex_;
  std::map<std::string, std::string> cleared_;  // by tag: the key that is no longer seen
};

}  // namespace buildcache::store
