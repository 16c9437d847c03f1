// Hands each location to the blobs of its kind.
#include "store/azblob_objects.hpp"
#include "store/gha_named_objects.hpp"
#include "store/local_blobs.hpp"
#include "store/object_blobs.hpp"
#include "store/registry_blobs.hpp"
#include "store/s3_objects.hpp"

#include <memory>

namespace buildcache::store {

namespace {

class AllBlobs final : public Blobs {
 public:
  explicit AllBlobs(const Services& services)
      : registry_(services.client, services.stop),
        local_(services.files),
        s3_(s3_objects(services.http, services.aws_keys), services.stop),
        azblob_(azblob_objects(services.http, services.clock, services.environment), services.stop),
        gha_(std::make_unique<GhaNamedObjects>(GhaEntries(
                 services.http, read_gha_session(services.environment, services.clock.now()))),
             services.stop) {}

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
    switch (location.kind) {
      case config::StoreKind::local:
        return local_;
      case config::StoreKind::s3:
        return s3_;
      case config::StoreKind::azblob:
        return azblob_;
      case config::StoreKind::gha:
        return gha_;
      case config::StoreKind::registry:
      case config::StoreKind::in_image:
        break;
    }
    return registry_;
  }

  RegistryBlobs registry_;
  LocalBlobs local_;
  ObjectBlobs s3_;
  ObjectBlobs azblob_;
  ObjectBlobs gha_;
};

}  // namespace

std::unique_ptr<Blobs> make_blobs(const Services& services) {
  return std::make_unique<AllBlobs>(services);
}

}  // namespace buildcache::store
