// Caches in an S3 bucket, as BuildKit lays them out (buildkit, cache/remotecache/s3):
// [<prefix>/]manifests/<name>.
#pragma once

#include "aws/keys.hpp"
#include "store/http_objects.hpp"

#include <memory>
#include <optional>

namespace buildcache::store {

// `http` must outlive it. Without keys it answers unauthorized.
std::unique_ptr<ManifestObjects> s3_objects(sys::HttpTransport& http,
                                            std::optional<aws::Keys> keys);

}  // namespace buildcache::store
