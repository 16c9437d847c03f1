// OCI image layouts that buildx wrote. Pure.
#pragma once

#include <string>
#include <string_view>

namespace buildcache::docker {

// Returns the digest of the one image that a layout's index.json lists, an index or a manifest;
// empty when it lists none or more (image-spec, image-layout.md).
std::string digest_in_layout(std::string_view index_json);

}  // namespace buildcache::docker
