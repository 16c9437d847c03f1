// The wish to stop: set by SIGINT, SIGTERM or a failing sibling, seen by everything that waits.
#pragma once

#include <atomic>
#include <stop_token>

namespace buildcache::sys {

// Thread-safe. A signal handler only calls `raise` through the relay in posix_signals.hpp.
class Interruption {
 public:
  // Asks everything to stop because of `signal_number`; the first call wins.
  void raise(int signal_number) {
    int none = 0;
    signal_.compare_exchange_strong(none, signal_number);
    source_.request_stop();
  }

  // Returns the signal that asked to stop, 0 when none did.
  [[nodiscard]] int signal() const { return signal_.load(); }
  [[nodiscard]] bool raised() const { return source_.stop_requested(); }
  [[nodiscard]] std::stop_token token() const { return source_.get_token(); }

 private:
  std::stop_source source_;
  std::atomic<int> signal_{0};
};

}  // namespace buildcache::sys
