// This process's own standard output and error.
#pragma once

#include "core/result.hpp"

#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>

namespace buildcache::sys {

// Writes whole pieces, unbuffered; what cannot be written (closed pipe, full disk) is dropped.
// Thread-safe.
class PosixConsole {
 public:
  void out(std::string_view text);
  void err(std::string_view text);

  // Returns all of standard input. Errors: usage (more than `limit` bytes, or it cannot be read).
  [[nodiscard]] static core::Result<std::string> in(std::size_t limit);

  // Whether standard error is a terminal that understands cursor movement (`term`: the value of
  // TERM).
  [[nodiscard]] static bool err_is_terminal(std::string_view term);
  // Rows and columns of the terminal at standard error; 24 and 80 where it does not tell.
  struct Size {
    int rows = 24;
    int columns = 80;
  };
  [[nodiscard]] static Size size();

 private:
  std::mutex mutex_;
};

}  // namespace buildcache::sys
