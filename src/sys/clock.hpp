// Time, for deadlines, retries and stamps. Pure code takes times as values instead.
#pragma once

#include <chrono>
#include <stop_token>

namespace buildcache::sys {

// Thread-safe.
class Clock {
 public:
  Clock() = default;
  Clock(const Clock&) = delete;  // used by reference
  Clock& operator=(const Clock&) = delete;
  virtual ~Clock() = default;

  // Wall-clock time, for stamps.
  virtual std::chrono::system_clock::time_point now() = 0;
  // Monotonic time, for deadlines and durations.
  virtual std::chrono::steady_clock::time_point steady() = 0;
  // Returns early when `stop` is requested.
  virtual void sleep_for(std::chrono::milliseconds duration, std::stop_token stop) = 0;
};

}  // namespace buildcache::sys
