// Hands each location to the blobs of its kind.
#include "store/local_blobs.hpp"
#include "store/registry_blobs.hpp"

#include <utility>

namespace buildcache::store {

namespace {

class AllBlobs final : public Blobs {
 public:
  AllBlobs(registry::Client& client, sys::Files& files, std::stop_token stop)
      : registry_(client, std::move(stop)), local_(files) {}

  core::Result<std::optional<std::string>> find_manifest(const CacheRef& ref) override {
    return of(ref.location).find_manifest(ref);
  }
  core::Result<void> put_manifest(const CacheRef& ref, const std::string& bytes) override {
    return of(ref.location).put_manifest(ref, bytes);
  }
  core::Result<std::string> get(const Location& location,
                                const core::Digest& digest,
                                std::size_t most) override {
    return of(location).get(location, digest, most);
  }
  core::Result<void> put(const Location& location,
                         const core::Digest& digest,
                         std::string_view bytes) override {
    return of(location).put(location, digest, bytes);
  }
  core::Result<bool> remove_tag(const CacheRef& ref) override {
    return of(ref.location).remove_tag(ref);
  }
  core::Result<bool> forget(const Location& location, const core::Digest& manifest) override {
    return of(location).forget(location, manifest);
  }

 private:
  Blobs& of(const Location& location) {
    if (location.kind == config::StoreKind::local) {
      return local_;
    }
    return registry_;
  }

  RegistryBlobs registry_;
  LocalBlobs local_;
};

}  // namespace

bool keeps_blobs(config::StoreKind kind) {
  return kind == config::StoreKind::registry || kind == config::StoreKind::local ||
         kind == config::StoreKind::in_image;
}

std::unique_ptr<Blobs> make_blobs(registry::Client& client,
                                  sys::Files& files,
                                  std::stop_token stop) {
  return std::make_unique<AllBlobs>(client, files, std::move(stop));
}

}  // namespace buildcache::store
