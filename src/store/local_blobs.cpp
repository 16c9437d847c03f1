#include "store/local_blobs.hpp"

#include "store/image_blobs.hpp"
#include "store/local_collect.hpp"
#include "store/local_folder.hpp"
#include "store/local_layout.hpp"

namespace buildcache::store {

namespace {

using core::Result;

constexpr std::size_t kManifestLimit = 4U << 20U;

}  // namespace

Result<std::optional<std::string>> LocalBlobs::find_manifest(const CacheRef& ref) {
  const auto digest = digest_of(*files_, ref);
  if (!digest || !*digest) {
    return digest ? Result<std::optional<std::string>>(std::nullopt)
                  : tl::unexpected(digest.error());
  }
  auto bytes = read_blob(*files_, ref.location, **digest, kManifestLimit);
  return bytes ? Result<std::optional<std::string>>(*std::move(bytes))
               : tl::unexpected(bytes.error());
}

Result<void> LocalBlobs::put_manifest(const CacheRef& ref, const std::string& bytes) {
  const auto manifest = image_blobs(bytes);
  if (!manifest) {
    return tl::unexpected(manifest.error());
  }
  for (const core::Digest& blob : manifest->blobs) {
    if (!files_->exists(blob_path(ref.location.directory, blob))) {
      return core::fail(core::ErrorKind::not_found, "the blob " + blob.str() + " is missing");
    }
  }
  const core::Digest digest = core::Digest::of(bytes);
  if (auto made = make_layout(*files_, ref); !made) {
    return made;
  }
  const auto written = write_blob(*files_, ref.location, digest, bytes);
  return written ? point_tag(*files_, ref, {manifest->media_type, digest, bytes.size()}) : written;
}

Result<std::string> LocalBlobs::get(const Location& location,
                                    const core::Digest& digest,
                                    std::size_t most) {
  return read_blob(*files_, location, digest, most);
}

Result<void> LocalBlobs::put(const Location& location,
                             const core::Digest& digest,
                             std::string_view bytes) {
  const std::string path = blob_path(location.directory, digest);
  if (files_->exists(path)) {
    return {};
  }
  const std::string folder = path.substr(0, path.rfind('/'));
  const auto made = files_->make_directories(folder, 0755);
  return made ? write_blob(*files_, location, digest, bytes) : made;
}

Result<bool> LocalBlobs::remove_tag(const CacheRef& ref) {
  const auto digest = digest_of(*files_, {ref.location, ref.tag, {}});
  if (!digest || !*digest) {
    return digest ? Result<bool>(false) : tl::unexpected(digest.error());
  }
  const auto removed = files_->remove_all(layout_of(ref));
  const auto done =
      removed ? forget_manifest(*files_, ref.location, **digest) : tl::unexpected(removed.error());
  return done ? Result<bool>(true) : tl::unexpected(done.error());
}

Result<bool> LocalBlobs::forget(const Location& location, const core::Digest& manifest) {
  return forget_manifest(*files_, location, manifest);
}

}  // namespace buildcache::store
