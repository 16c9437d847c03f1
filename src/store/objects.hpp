// Named strings of bytes in a service: what S3, Azure and GitHub's cache service have in common.
#pragma once

#include "core/result.hpp"
#include "registry/client.hpp"
#include "store/types.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace buildcache::store {

struct ObjectContent {
  std::string_view bytes;  // the caller's, until write() has returned
  std::string media_type;
};

// Objects have names below their location: "manifests/app--b-main". Thread-safe. Errors of all:
// unauthorized, forbidden, unavailable, timed_out, bad_response, cancelled.
class Objects {
 public:
  Objects() = default;
  Objects(const Objects&) = delete;  // used by pointer
  Objects& operator=(const Objects&) = delete;
  virtual ~Objects() = default;

  virtual core::Result<bool> exists(const Location& location,
                                    const std::string& object,
                                    const registry::Limits& limits) = 0;

  // Errors also: not_found; bad_response (more than `most` bytes).
  virtual core::Result<std::string> read(const Location& location,
                                         const std::string& object,
                                         std::size_t most,
                                         const registry::Limits& limits) = 0;

  // Whole or not at all.
  virtual core::Result<void> write(const Location& location,
                                   const std::string& object,
                                   const ObjectContent& content,
                                   const registry::Limits& limits) = 0;

  // One that is not there is no error.
  virtual core::Result<void> remove(const Location& location,
                                    const std::string& object,
                                    const registry::Limits& limits) = 0;
};

}  // namespace buildcache::store
