// Blobs and manifests as objects of a service, beside the caches BuildKit keeps there.
#pragma once

#include "store/blobs.hpp"
#include "store/objects.hpp"

#include <memory>
#include <stop_token>
#include <utility>

namespace buildcache::store {

// Blobs are blobs/<digest>, as BuildKit's own; whoever cleans up the service may take any of them,
// so that each is looked for before a manifest that names it is written.
class ObjectBlobs final : public Blobs {
 public:
  ObjectBlobs(std::unique_ptr<Objects> objects, std::stop_token stop)
      : objects_(std::move(objects)), stop_(std::move(stop)) {}

  core::Result<std::optional<std::string>> find_manifest(const CacheRef& ref) override;
  core::Result<void> put_manifest(const CacheRef& ref, const std::string& bytes) override;
  core::Result<std::string> get(const Location& location,
                                const core::Digest& digest,
                                std::size_t most) override;
  core::Result<void> put(const Location& location,
                         const core::Digest& digest,
                         std::string_view bytes) override;
  core::Result<bool> remove_tag(const CacheRef& ref) override;
  // Does nothing: which blobs other manifests name cannot be told without reading them all.
  core::Result<bool> forget(const Location& location, const core::Digest& manifest) override;

 private:
  std::unique_ptr<Objects> objects_;
  std::stop_token stop_;
};

}  // namespace buildcache::store
