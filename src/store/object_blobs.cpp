#include "store/object_blobs.hpp"

#include "store/image_blobs.hpp"
#include "sys/parallel.hpp"

#include <chrono>
#include <vector>

namespace buildcache::store {

namespace {

using core::ErrorKind;
using core::Result;

constexpr std::chrono::milliseconds kManifestTimeout{30'000};
// A pack over a slow line.
constexpr std::chrono::milliseconds kBlobTimeout{300'000};
constexpr std::size_t kManifestLimit = 4U << 20U;
constexpr std::size_t kAtOnce = 8;

std::string manifest_object(const CacheRef& ref) {
  return "manifests/" + ref.tag;
}

std::string blob_object(const core::Digest& digest) {
  return "blobs/" + digest.str();
}

}  // namespace

Result<std::optional<std::string>> ObjectBlobs::find_manifest(const CacheRef& ref) {
  auto bytes =
      objects_->read(ref.location, manifest_object(ref), kManifestLimit, {kManifestTimeout, stop_});
  if (bytes && (!ref.digest || ref.digest->matches(*bytes))) {
    return *std::move(bytes);
  }
  return bytes || bytes.error().kind == ErrorKind::not_found
             ? Result<std::optional<std::string>>(std::nullopt)
             : tl::unexpected(bytes.error());
}

Result<void> ObjectBlobs::put_manifest(const CacheRef& ref, const std::string& bytes) {
  const auto image = image_blobs(bytes);
  if (!image) {
    return tl::unexpected(image.error());
  }
  std::vector<Result<bool>> there(image->blobs.size());
  sys::for_each_parallel(there.size(), kAtOnce, [&](std::size_t i) {
    there[i] =
        objects_->exists(ref.location, blob_object(image->blobs[i]), {kManifestTimeout, stop_});
  });
  for (std::size_t i = 0; i < there.size(); ++i) {
    if (!there[i]) {
      return tl::unexpected(there[i].error());
    }
    if (!*there[i]) {
      return core::fail(ErrorKind::not_found, "the blob " + image->blobs[i].str() + " is missing");
    }
  }
  return objects_->write(
      ref.location, manifest_object(ref), {bytes, image->media_type}, {kManifestTimeout, stop_});
}

Result<std::string> ObjectBlobs::get(const Location& location,
                                     const core::Digest& digest,
                                     std::size_t most) {
  auto bytes = objects_->read(location, blob_object(digest), most, {kBlobTimeout, stop_});
  if (bytes && (bytes->size() > most || !digest.matches(*bytes))) {
    return core::fail(ErrorKind::bad_response,
                      "the bytes of " + digest.str() + " have another digest");
  }
  return bytes;
}

Result<void> ObjectBlobs::put(const Location& location,
                              const core::Digest& digest,
                              std::string_view bytes) {
  const std::string object = blob_object(digest);
  const auto there = objects_->exists(location, object, {kManifestTimeout, stop_});
  if (there && *there) {
    return {};
  }
  return objects_->write(
      location, object, {bytes, "application/octet-stream"}, {kBlobTimeout, stop_});
}

Result<bool> ObjectBlobs::remove_tag(const CacheRef& ref) {
  const std::string object = manifest_object(ref);
  const registry::Limits limits{kManifestTimeout, stop_};
  auto there = objects_->exists(ref.location, object, limits);
  if (!there || !*there) {
    return there;
  }
  const auto removed = objects_->remove(ref.location, object, limits);
  return removed ? Result<bool>(true) : tl::unexpected(removed.error());
}

Result<bool> ObjectBlobs::forget(const Location&, const core::Digest&) {
  return false;
}

}  // namespace buildcache::store
