// Keeping the number of requests a server has to work on within what it bears.
#pragma once

#include "sys/http.hpp"

#include <condition_variable>
#include <map>
#include <mutex>
#include <string>

namespace buildcache::sys {

// Sends at most `limit` requests at a time to each scheme, host and port. A 429 halves that number
// (once for all requests under way when it came); as many good answers as the number then is raise
// it by one again. Time spent waiting for a turn counts against the request's timeout. Thread-safe.
class LimitingHttp final : public HttpTransport {
 public:
  static constexpr int kLimit = 32;

  // `inner` must outlive this object. REQUIRES: limit >= 1.
  explicit LimitingHttp(HttpTransport& inner, int limit = kLimit);

  // Errors also: timed_out and cancelled while waiting for a turn.
  core::Result<HttpResponse> send(const HttpRequest& request) override;

 private:
  struct Host {
    int allowed = 0;
    int under_way = 0;
    int good_answers = 0;      // since `allowed` changed
    unsigned throttlings = 0;  // how often it was halved
  };

  // Waits for a turn. Returns how often the host was throttled until then.
  core::Result<unsigned> enter(Host& host, const HttpRequest& request);
  void leave(Host& host, unsigned throttlings_before, int status);

  HttpTransport& inner_;
  int limit_;
  std::mutex mutex_;
  std::condition_variable_any turn_;
  std::map<std::string, Host> hosts_;  // by origin; entries stay
};

}  // namespace buildcache::sys
