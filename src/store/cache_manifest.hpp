// BuildKit cache manifests and configs, read as an importing BuildKit would (buildkit,
// cache/remotecache/import.go and v1/parse.go). Pure.
#pragma once

#include "core/digest.hpp"
#include "core/result.hpp"
#include "store/types.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace buildcache::store {

// BuildKit refuses to import a manifest or config larger than this (moby/buildkit#3719).
constexpr std::uint64_t kImportLimit = 1U << 20U;

struct CacheManifest {
  std::string media_type;  // as the manifest itself says, else by its form
  core::Digest config;
  std::uint64_t config_size = 0;
  std::set<core::Digest> layers;
  std::uint64_t bytes = 0;  // of config and layers, each counted once
  std::optional<Stamp> stamp;
};

// Reads an OCI image manifest whose config is a cache config, or the older form: an index that
// lists layers and one cache config. Errors: bad_response with the reason, for people: not JSON, an
// image (which may hold an inline cache), over the import limit (manifest, or config by its stated
// size).
core::Result<CacheManifest> read_cache_manifest(std::string_view bytes);

// An image that may hold an inline cache, or an index of such images.
struct ImageManifest {
  std::string media_type;
  std::vector<core::Digest> images;    // of an index: without the attestations beside them
  std::optional<core::Digest> config;  // of an image
  std::uint64_t bytes = 0;             // of config and layers, each counted once
  std::optional<Stamp> stamp;
};

// Reads an image's manifest or index. Errors: bad_response with the reason, for people: not JSON,
// no image, over the import limit, too many images.
core::Result<ImageManifest> read_image_manifest(std::string_view bytes);

// Checks that an image's config holds a cache: its member moby.buildkit.cache.v0 is the base64 of a
// JSON list of records, at least one (buildkit, cache/remotecache/import.go, importInlineCache).
// Errors: bad_response with the reason, for people.
core::Result<void> check_inline_cache(std::string_view config);

// Checks a cache config against the layers its manifest lists: indexes in range, no loops, at least
// one record, every blob listed.
// Errors: bad_response with the reason, for people.
core::Result<void> check_cache_config(std::string_view bytes, const std::set<core::Digest>& layers);

// Returns our stamp in the annotations of a manifest; nullopt when it carries none, or is no JSON.
std::optional<Stamp> stamp_in(std::string_view manifest);

// Returns the manifest with `stamp` in its annotations; everything else keeps its meaning.
// Errors: bad_response (not a JSON object, or nested deeper than any manifest).
core::Result<std::string> stamped(std::string_view manifest, const Stamp& stamp);

}  // namespace buildcache::store
