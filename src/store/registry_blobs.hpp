// Blobs and manifests in a registry's repository.
#pragma once

#include "store/blobs.hpp"

namespace buildcache::store {

class RegistryBlobs final : public Blobs {
 public:
  // `client` must outlive this object.
  RegistryBlobs(registry::Client& client, std::stop_token stop)
      : client_(&client), stop_(std::move(stop)) {}

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
  registry::Client* client_;
  std::stop_token stop_;
};

}  // namespace buildcache::store
