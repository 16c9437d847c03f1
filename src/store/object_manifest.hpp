// The manifests of stores that keep one JSON object a cache (gha, s3, azblob), read as an importing
// BuildKit would (buildkit, cache/remotecache/{gha,s3,azblob} and v1/spec.go): a cache config whose
// layers carry what a registry's manifest would say of them. Pure.
//
// BuildKit ignores members it does not know, so that stamped() puts our stamp into the object
// itself, as `annotations`: it is read together with the rest and travels with every copy.
#pragma once

#include "core/result.hpp"
#include "store/types.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace buildcache::store {

struct ObjectManifest {
  std::uint64_t bytes = 0;  // of its layers, each counted once
  std::optional<Stamp> stamp;
};

// Errors: bad_response with the reason, for people: as check_cache_config, and a layer without the
// annotations BuildKit needs to fetch it.
core::Result<ObjectManifest> read_object_manifest(std::string_view bytes);

}  // namespace buildcache::store
