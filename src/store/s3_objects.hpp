// Objects in an S3 bucket, below the prefix as BuildKit has it (buildkit, cache/remotecache/s3):
// [<prefix>/]manifests/<name>, [<prefix>/]blobs/<digest>.
#pragma once

#include "aws/keys.hpp"
#include "store/objects.hpp"
#include "sys/http.hpp"

#include <memory>
#include <optional>

namespace buildcache::store {

// `http` must outlive it. Without keys it answers unauthorized.
std::unique_ptr<Objects> s3_objects(sys::HttpTransport& http, std::optional<aws::Keys> keys);

}  // namespace buildcache::store
