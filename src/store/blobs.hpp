// A store as a place of manifests under tags and of blobs under digests: what generations of cache
// mounts are kept in.
#pragma once

#include "core/digest.hpp"
#include "core/result.hpp"
#include "store/services.hpp"
#include "store/types.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace buildcache::store {

// Thread-safe. Errors of all: those of registry::Client; of the local store: forbidden, internal.
class Blobs {
 public:
  Blobs() = default;
  Blobs(const Blobs&) = delete;  // used by reference
  Blobs& operator=(const Blobs&) = delete;
  virtual ~Blobs() = default;

  // Returns the verified bytes of a manifest of at most 4 MiB; nullopt when there is no such tag.
  virtual core::Result<std::optional<std::string>> find_manifest(const CacheRef& ref) = 0;

  // Makes `bytes` the manifest of the ref's tag. Errors also: not_found, when a blob it names is
  // not there: the tag is then as it was.
  virtual core::Result<void> put_manifest(const CacheRef& ref, const std::string& bytes) = 0;

  // Errors also: not_found; bad_response (another digest, more than `most` bytes).
  virtual core::Result<std::string> get(const Location& location,
                                        const core::Digest& digest,
                                        std::size_t most) = 0;

  // Stores a blob; one that is there already costs no transfer.
  virtual core::Result<void> put(const Location& location,
                                 const core::Digest& digest,
                                 std::string_view bytes) = 0;

  // Removes the ref's tag alone. Returns false when there is none, or the store cannot.
  virtual core::Result<bool> remove_tag(const CacheRef& ref) = 0;

  // Removes a manifest, and the blobs that only it names once the store gets to it. In a registry
  // all tags that name it go, too; the local store keeps it as long as one does. Returns false when
  // it is not there, or the store cannot.
  virtual core::Result<bool> forget(const Location& location, const core::Digest& manifest) = 0;
};

// The blobs of locations of every kind.
std::unique_ptr<Blobs> make_blobs(const Services& services);

}  // namespace buildcache::store
