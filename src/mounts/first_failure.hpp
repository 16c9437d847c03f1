// The first error of work done on several threads; it stops the rest.
#pragma once

#include "core/result.hpp"

#include <atomic>
#include <mutex>
#include <optional>

namespace buildcache::mounts {

// Thread-safe.
class FirstFailure {
 public:
  // Returns whether it was no failure.
  bool note(const core::Result<void>& result) {
    if (result) {
      return true;
    }
    const std::lock_guard lock(mutex_);
    if (!error_) {
      error_ = result.error();
    }
    failed_ = true;
    return false;
  }

  [[nodiscard]] bool failed() const { return failed_; }

  [[nodiscard]] core::Result<void> result() const {
    const std::lock_guard lock(mutex_);
    return error_ ? core::Result<void>(tl::unexpected(*error_)) : core::Result<void>();
  }

 private:
  mutable std::mutex mutex_;
  std::optional<core::Error> error_;
  std::atomic<bool> failed_ = false;
};

}  // namespace buildcache::mounts
