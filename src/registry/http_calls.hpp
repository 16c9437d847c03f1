// What the calls of HttpClient have in common.
#pragma once

#include "core/image_ref.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace buildcache::registry {

// Answers that carry nothing but an error are read up to this many bytes.
inline constexpr std::size_t kErrorLimit = 64U << 10U;

inline bool is_success(int status) {
  return status >= 200 && status < 300;
}

// "read manifest ghcr.io/acme/cache:x", for errors. `reference` is a tag or a digest.
inline std::string doing(std::string_view what,
                         const core::Repository& repository,
                         const std::string& reference) {
  const char* separator = reference.find(':') == std::string::npos ? ":" : "@";
  return std::string(what) + " " + repository.str() + separator + reference;
}

}  // namespace buildcache::registry
