// Caches in an S3 bucket, as BuildKit lays them out (buildkit, cache/remotecache/s3):
// [<prefix>/]manifests/<name>.
#pragma once

#include "store/http_objects.hpp"
#include "sys/environment.hpp"

#include <memory>

namespace buildcache::store {

// Returns what signs requests for `region`, from AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and
// AWS_SESSION_TOKEN. Errors: unauthorized, with the remedy.
core::Result<sys::AwsSignature> s3_signature(const sys::Environment& environment,
                                             const std::string& region);

// Both references must outlive it.
std::unique_ptr<ManifestObjects> s3_objects(sys::HttpTransport& http,
                                            const sys::Environment& environment);

}  // namespace buildcache::store
