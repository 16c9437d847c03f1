// CacheRefs in BuildKit's words. Pure.
#pragma once

#include "core/cache_spec.hpp"
#include "store/types.hpp"

#include <string>

namespace buildcache::store {

struct ExportOptions {
  config::ExportMode mode = config::ExportMode::max;
  config::Compression compression = config::Compression::zstd;  // never automatic
  bool image_manifest = true;  // the engine knows image-manifest and oci-mediatypes
  bool ignore_error = true;    // the engine knows ignore-error
};

// Returns the --cache-from value. A known digest pins it, so that what was probed is what is
// imported.
core::CacheSpec import_spec(const CacheRef& ref);

// Returns the --cache-to value.
core::CacheSpec export_spec(const CacheRef& ref, const ExportOptions& options);

// Returns the export solve's --output value: none, but for an inline cache, which goes out as a
// part of an image.
std::string export_output(const CacheRef& ref, const ExportOptions& options);

// Returns the place people know a location by: "ghcr.io/acme/cache", "/var/cache/x", "gha".
std::string place_of(const Location& location);

// Returns the name people read: "ghcr.io/acme/cache:api--b-main", "/var/cache/x:api--b-main".
std::string display(const CacheRef& ref);

}  // namespace buildcache::store
