// What an image manifest is made of. Pure.
#pragma once

#include "core/digest.hpp"
#include "core/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace buildcache::store {

struct ImageBlobs {
  std::string media_type;
  std::vector<core::Digest> blobs;  // config and layers
};

// Errors: bad_response.
core::Result<ImageBlobs> image_blobs(std::string_view manifest);

}  // namespace buildcache::store
