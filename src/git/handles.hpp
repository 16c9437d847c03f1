// Ownership of what libgit2 hands out, and its errors as ours. For the .cpp files that call it.
#pragma once

#include "core/error.hpp"

#include <string>
#include <string_view>
#include <utility>

struct git_oid;

namespace buildcache::git {

// Owns one libgit2 object, filled through out() by the call that makes it.
template <typename T, void (*Free)(T*)>
class Handle {
 public:
  Handle() = default;
  ~Handle() {
    if (object_ != nullptr) {
      Free(object_);
    }
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  Handle(Handle&&) = delete;
  Handle& operator=(Handle&&) = delete;

  [[nodiscard]] T** out() { return &object_; }
  [[nodiscard]] T* get() const { return object_; }
  [[nodiscard]] T* release() { return std::exchange(object_, nullptr); }

 private:
  T* object_ = nullptr;
};

// Returns a facts error "cannot <what>: <libgit2's own words>" after a failed call in this thread.
core::Error last_error(std::string_view what);

// Returns the id in lower-case hexadecimal.
std::string text_of(const git_oid* id);

}  // namespace buildcache::git
