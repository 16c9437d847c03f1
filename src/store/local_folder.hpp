// Reading and writing the local store's folder (local_layout.hpp).
#pragma once

#include "core/digest.hpp"
#include "core/result.hpp"
#include "store/types.hpp"
#include "sys/files.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace buildcache::store {

// Errors of all: those of sys::Files, and what each says.

// Returns the ref's digest, or the one its tag has; nullopt when the store has no such tag.
// Errors also: bad_response (an index that is none).
core::Result<std::optional<core::Digest>> digest_of(sys::Files& files, const CacheRef& ref);

// Errors also: bad_response (more than `most` bytes, another digest).
core::Result<std::string> read_blob(sys::Files& files,
                                    const Location& location,
                                    const core::Digest& digest,
                                    std::size_t most);

core::Result<void> write_blob(sys::Files& files,
                              const Location& location,
                              const core::Digest& digest,
                              std::string_view bytes);

// Makes the OCI layout of a tag, and the folder of blobs. Errors also: internal (not a tag).
core::Result<void> make_layout(sys::Files& files, const CacheRef& ref);

struct LocalManifest {
  std::string media_type;
  core::Digest digest;
  std::size_t size = 0;
};

// Makes a manifest that lies among the blobs the one of the ref's tag, in one step.
core::Result<void> point_tag(sys::Files& files, const CacheRef& ref, const LocalManifest& manifest);

}  // namespace buildcache::store
