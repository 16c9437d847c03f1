// Blobs and manifests in the local store's folder (local_layout.hpp).
#pragma once

#include "store/blobs.hpp"

namespace buildcache::store {

class LocalBlobs final : public Blobs {
 public:
  // `files` must outlive this object.
  explicit LocalBlobs(sys::Files& files) : files_(&files) {}

  core::Result<std::optional<std::string>> find_manifest(const CacheRef& ref) override;
  core::Result<void> put_manifest(const CacheRef& ref, const std::string& bytes) override;
  core::Result<std::string> get(const Location& location,
                                const core::Digest& digest,
                                std::size_t most) override;
  core::Result<void> put(const Location& location,
                         const core::Digest& digest,
                         std::string_view bytes) override;
  core::Result<bool> remove_tag(const CacheRef& ref) override;
  core::Result<bool> forget(const Location& location, const core::Digest& manifest) override;

 private:
  sys::Files* files_;
};

}  // namespace buildcache::store
