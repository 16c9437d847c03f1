// One object a cache, where BuildKit keeps it in S3 and Azure Blob Storage: manifests/<tag>.
#pragma once

#include "store/object_store.hpp"
#include "store/objects.hpp"

#include <memory>
#include <string>
#include <utility>

namespace buildcache::store {

class HttpObjects final : public ManifestObjects {
 public:
  explicit HttpObjects(std::unique_ptr<Objects> objects) : objects_(std::move(objects)) {}

  core::Result<bool> exists(const CacheRef& ref, const registry::Limits& limits) override;
  core::Result<std::string> read(const CacheRef& ref, const registry::Limits& limits) override;
  core::Result<void> write(const CacheRef& ref,
                           std::string_view bytes,
                           const registry::Limits& limits) override;
  core::Result<void> clear(const CacheRef& ref, const registry::Limits& limits) override;

 private:
  std::unique_ptr<Objects> objects_;
};

}  // namespace buildcache::store
