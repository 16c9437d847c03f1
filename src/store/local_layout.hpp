// How the local store lies on disk. Pure.
//
//   <directory>/blobs/sha256/…     the blobs of all caches
//   <directory>/tags/<tag>/        one OCI image layout for each tag: oci-layout, index.json, and
//                                  blobs, a symbolic link to ../../blobs
//
// BuildKit exports into and imports from such a folder as into any OCI layout. It changes
// index.json in place and gives up when another process has it locked (buildkit, client/ociindex),
// so exports to one index would fail each other; an index for each tag is only ever replaced whole.
#pragma once

#include "core/digest.hpp"
#include "core/result.hpp"
#include "store/types.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace buildcache::store {

// Returns the folder that is the OCI layout of the ref's tag.
std::string layout_of(const CacheRef& ref);

// Returns the path of a blob below an OCI layout or the store's own directory.
std::string blob_path(const std::string& directory, const core::Digest& digest);

// Returns the digest index.json gives `tag`; nullopt when it has no such tag.
// Errors: bad_response.
core::Result<std::optional<core::Digest>> find_in_index(std::string_view index_json,
                                                        std::string_view tag);

// Returns the index.json of a layout that holds one manifest under `tag`.
std::string index_of(const std::string& media_type,
                     const core::Digest& digest,
                     std::size_t size,
                     const std::string& tag);

}  // namespace buildcache::store
