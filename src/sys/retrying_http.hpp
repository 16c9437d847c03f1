// Trying again what may pass when tried again.
#pragma once

#include "sys/clock.hpp"
#include "sys/http.hpp"

#include <chrono>
#include <functional>

namespace buildcache::sys {

struct RetryPolicy {
  int attempts = 4;  // in all
  // Before attempt n + 1 it waits a random time up to first_wait * 2^(n - 1), at most longest_wait.
  std::chrono::milliseconds first_wait{250};
  std::chrono::milliseconds longest_wait{5'000};
  // A server that asks for a longer pause than this gets no further attempt.
  std::chrono::milliseconds longest_asked_wait{30'000};
  // For all attempts and waits. A request's own deadline holds instead; where that is longer, no
  // attempt begins after this. A request's own timeout, where shorter, holds for each attempt.
  std::chrono::milliseconds deadline{60'000};
};

// Repeats GET, HEAD and requests marked repeatable after unavailable and timed_out errors and the
// statuses 408, 429 and 5xx (but 501 and 505), and gives the last answer or error back. A pause the
// server asks for (Retry-After in seconds or as a date, or "retry-after: 1.5s" in the body of a
// 429, as GHCR writes it) is kept in place of the random one. Thread-safe.
class RetryingHttp final : public HttpTransport {
 public:
  // `inner` and `clock` must outlive this object. `random` returns numbers from 0 up to 1, as
  // random_fraction() does, and is called from many threads.
  RetryingHttp(HttpTransport& inner,
               Clock& clock,
               std::function<double()> random,
               RetryPolicy policy = {});

  core::Result<HttpResponse> send(const HttpRequest& request) override;

 private:
  HttpTransport& inner_;
  Clock& clock_;
  std::function<double()> random_;
  RetryPolicy policy_;
};

}  // namespace buildcache::sys
