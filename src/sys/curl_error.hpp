// What curl's failures mean to us.
#pragma once

#include "core/error.hpp"

#include <chrono>
#include <string>

namespace buildcache::sys {

// What is known about an exchange that failed.
struct CurlFailure {
  int code = 0;            // CURLcode
  std::string words;       // curl's own, of this transfer; may be empty
  std::string host;        // with the port where it is unusual
  std::string proxy_host;  // empty: none in use
  int proxy_status = 0;    // its answer to CONNECT; 0: none
  bool connected = false;  // whether a connection had been made
  std::chrono::milliseconds timeout{0};
  std::chrono::milliseconds connect_timeout{0};
};

// Returns unavailable, untrusted, timed_out or bad_response with a sentence that names the host.
core::Error to_error(const CurlFailure& failure);

}  // namespace buildcache::sys
