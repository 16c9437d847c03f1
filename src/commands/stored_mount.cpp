#include "commands/stored_mount.hpp"

#include "core/text.hpp"
#include "plan/trust.hpp"
#include "store/cache_manifest.hpp"
#include "store/spec.hpp"

namespace buildcache::commands {

namespace {

// Nullopt when the tag holds nothing.
core::Result<std::optional<StoredMount>> read_stored(store::Blobs& blobs,
                                                     const store::CacheRef& ref,
                                                     config::TrustLevel level) {
  const auto bytes = blobs.find_manifest(ref);
  if (!bytes) {
    return tl::unexpected(bytes.error());
  }
  if (!*bytes) {
    return std::nullopt;
  }
  auto generation = mounts::read_generation(**bytes);
  if (!generation) {
    return tl::unexpected(generation.error());
  }
  if (!generation->tag.empty() && generation->tag != ref.tag) {
    return core::fail(core::ErrorKind::bad_response,
                      "it was saved under another tag, " + core::printable(generation->tag));
  }
  const auto stamp = store::stamp_in(**bytes);
  if (stamp && plan::refuses(level, stamp->trust)) {
    return core::fail(core::ErrorKind::forbidden,
                      "it was saved by a build of the trust level " + stamp->trust);
  }
  return StoredMount{ref, core::Digest::of(**bytes), *std::move(generation)};
}

}  // namespace

std::optional<StoredMount> find_stored(store::Blobs& blobs,
                                       const std::vector<store::CacheRef>& refs,
                                       config::TrustLevel level,
                                       std::string& trouble) {
  for (const store::CacheRef& ref : refs) {
    auto stored = read_stored(blobs, ref, level);
    if (stored && *stored) {
      return *std::move(stored);
    }
    if (!stored) {
      trouble += (trouble.empty() ? "" : "; ") + store::display(ref) + ": " +
                 core::describe(stored.error());
    }
  }
  return std::nullopt;
}

void forget_parent(store::Blobs& blobs, const StoredMount& stored) {
  const std::optional<core::Digest>& parent = stored.generation.parent;
  if (!parent) {
    return;
  }
  // A manifest that names this tag is of no other, so that nobody else misses it.
  const auto bytes = blobs.find_manifest({stored.ref.location, stored.ref.tag, parent});
  const auto generation = bytes && *bytes ? mounts::read_generation(**bytes)
                                          : core::fail(core::ErrorKind::not_found, "gone");
  if (generation && generation->tag == stored.ref.tag) {
    static_cast<void>(blobs.forget(stored.ref.location, *parent));
  }
}

core::Result<std::string> fetch_index(store::Blobs& blobs, const StoredMount& stored) {
  return blobs.get(stored.ref.location, stored.generation.index, stored.generation.index_bytes);
}

}  // namespace buildcache::commands
