// The file `docker buildx build --metadata-file` writes.
#pragma once

#include "core/digest.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace buildcache::docker {

struct Metadata {
  std::string image_digest;                    // containerimage.digest; empty when nothing was made
  std::string image_id;                        // containerimage.config.digest
  std::optional<core::Digest> cache_manifest;  // of the exported cache
};

// Returns what is there and well formed; nothing for text that is not a JSON object. Digests are
// checked, as they go into outputs and URLs.
Metadata parse_metadata(std::string_view text);

}  // namespace buildcache::docker
