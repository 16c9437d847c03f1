// The machine's own clock.
#pragma once

#include "sys/clock.hpp"

namespace buildcache::sys {

class SystemClock final : public Clock {
 public:
  std::chrono::system_clock::time_point now() override;
  std::chrono::steady_clock::time_point steady() override;
  void sleep_for(std::chrono::milliseconds duration, std::stop_token stop) override;
};

}  // namespace buildcache::sys
