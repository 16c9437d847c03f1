#include "store/registry_blobs.hpp"

#include <chrono>

namespace buildcache::store {

namespace {

using core::Result;

constexpr std::chrono::milliseconds kManifestTimeout{30'000};
// A pack over a slow line.
constexpr std::chrono::milliseconds kBlobTimeout{300'000};
constexpr const char* kManifestType = "application/vnd.oci.image.manifest.v1+json";

}  // namespace

Result<std::optional<std::string>> RegistryBlobs::find_manifest(const CacheRef& ref) {
  auto manifest = client_->get_manifest(
      ref.location.repository, ref.digest ? ref.digest->str() : ref.tag, {kManifestTimeout, stop_});
  if (manifest) {
    return std::move(manifest->bytes);
  }
  return manifest.error().kind == core::ErrorKind::not_found
             ? Result<std::optional<std::string>>(std::nullopt)
             : tl::unexpected(manifest.error());
}

Result<void> RegistryBlobs::put_manifest(const CacheRef& ref, const std::string& bytes) {
  const auto put = client_->put_manifest(ref.location.repository,
                                         ref.tag,
                                         {kManifestType, bytes, core::Digest::of(bytes)},
                                         {kManifestTimeout, stop_});
  return put ? Result<void>() : tl::unexpected(put.error());
}

Result<std::string> RegistryBlobs::get(const Location& location,
                                       const core::Digest& digest,
                                       std::size_t most) {
  return client_->get_blob(location.repository, digest, most, {kBlobTimeout, stop_});
}

Result<void> RegistryBlobs::put(const Location& location,
                                const core::Digest& digest,
                                std::string_view bytes) {
  const auto there = client_->has_blob(location.repository, digest, {kManifestTimeout, stop_});
  if (there && *there) {
    return {};
  }
  return client_->put_blob(location.repository, digest, bytes, {kBlobTimeout, stop_});
}

Result<bool> RegistryBlobs::remove_tag(const CacheRef& ref) {
  return client_->delete_tag(ref.location.repository, ref.tag, {kManifestTimeout, stop_});
}

Result<bool> RegistryBlobs::forget(const Location& location, const core::Digest& manifest) {
  return client_->delete_manifest(location.repository, manifest, {kManifestTimeout, stop_});
}

}  // namespace buildcache::store
