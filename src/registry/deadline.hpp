// The moment a call must have ended by, over all the requests it makes.
#pragma once

#include "registry/client.hpp"
#include "sys/clock.hpp"

#include <algorithm>
#include <chrono>
#include <stop_token>
#include <utility>

namespace buildcache::registry {

class Deadline {
 public:
  // `clock` must outlive this object.
  Deadline(sys::Clock& clock, const Limits& limits)
      : clock_(&clock), at_(clock.steady() + limits.timeout), stop_(limits.stop) {}

  // Never negative.
  [[nodiscard]] std::chrono::milliseconds left() const {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(at_ - clock_->steady());
    return std::max(left, std::chrono::milliseconds(0));
  }
  [[nodiscard]] const std::stop_token& stop() const { return stop_; }

 private:
  sys::Clock* clock_;
  std::chrono::steady_clock::time_point at_;
  std::stop_token stop_;
};

}  // namespace buildcache::registry
