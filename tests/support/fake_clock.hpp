// Time that passes only when a test says so, or when somebody sleeps.
#pragma once

#include "sys/clock.hpp"

#include <mutex>
#include <vector>

namespace buildcache::support {

// Thread-safe. Sleeping returns at once and moves the time on, unless a stop was requested before.
class FakeClock final : public sys::Clock {
 public:
  // 2026-01-02 03:04:05 UTC unless told otherwise.
  FakeClock();
  explicit FakeClock(std::chrono::system_clock::time_point now);

  std::chrono::system_clock::time_point now() override;
  std::chrono::steady_clock::time_point steady() override;
  void sleep_for(std::chrono::milliseconds duration, std::stop_token stop) override;

  void advance(std::chrono::milliseconds duration);

  // Returns how long each sleep was to be, in the order they came.
  [[nodiscard]] std::vector<std::chrono::milliseconds> sleeps() const;

 private:
  mutable std::mutex mutex_;
  std::chrono::system_clock::time_point now_;
  std::chrono::steady_clock::time_point steady_;
  std::vector<std::chrono::milliseconds> sleeps_;
};

}  // namespace buildcache::support
