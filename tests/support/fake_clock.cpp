#include "support/fake_clock.hpp"

namespace buildcache::support {

using namespace std::chrono_literals;

FakeClock::FakeClock()
    : FakeClock(std::chrono::sys_days(std::chrono::year(2026) / 1 / 2) + 3h + 4min + 5s) {}

FakeClock::FakeClock(std::chrono::system_clock::time_point now) : now_(now), steady_(1h) {}

std::chrono::system_clock::time_point FakeClock::now() {
  const std::lock_guard lock(mutex_);
  return now_;
}

std::chrono::steady_clock::time_point FakeClock::steady() {
  const std::lock_guard lock(mutex_);
  return steady_;
}

void FakeClock::sleep_for(std::chrono::milliseconds duration, std::stop_token stop) {
  {
    const std::lock_guard lock(mutex_);
    sleeps_.push_back(duration);
  }
  if (!stop.stop_requested()) {
    advance(duration);
  }
}

void FakeClock::advance(std::chrono::milliseconds duration) {
  const std::lock_guard lock(mutex_);
  now_ += duration;
  steady_ += duration;
}

std::vector<std::chrono::milliseconds> FakeClock::sleeps() const {
  const std::lock_guard lock(mutex_);
  return sleeps_;
}

}  // namespace buildcache::support
