#include "sys/retrying_http.hpp"

#include "sys/retry_after.hpp"

#include <algorithm>
#include <utility>

namespace buildcache::sys {

namespace {

using core::ErrorKind;
using std::chrono::milliseconds;

bool may_pass_later(int status) {
  return status == 408 || status == 429 || (status >= 500 && status != 501 && status != 505);
}

bool may_pass_later(const core::Result<HttpResponse>& result) {
  if (result) {
    return may_pass_later(result->status);
  }
  return result.error().kind == ErrorKind::unavailable ||
         result.error().kind == ErrorKind::timed_out;
}

bool may_repeat(const HttpRequest& request) {
  return request.repeatable || request.method == "GET" || request.method == "HEAD";
}

}  // namespace

RetryingHttp::RetryingHttp(HttpTransport& inner,
                           Clock& clock,
                           std::function<double()> random,
                           RetryPolicy policy)
    : inner_(inner), clock_(clock), random_(std::move(random)), policy_(policy) {}

core::Result<HttpResponse> RetryingHttp::send(const HttpRequest& request) {
  if (!may_repeat(request)) {
    return inner_.send(request);
  }
  const auto start = clock_.steady();
  const auto deadline =
      start + (request.deadline.count() > 0 ? request.deadline : policy_.deadline);
  // What takes long may go on for as long as it was given, but is not begun again.
  const auto last_begin = std::min(deadline, start + policy_.deadline);
  HttpRequest current = request;
  milliseconds longest = policy_.first_wait;
  for (int attempt = 1;; ++attempt) {
    const auto left = std::chrono::duration_cast<milliseconds>(deadline - clock_.steady());
    current.timeout = std::min(request.timeout, std::max(left, milliseconds{1}));
    current.attempt = attempt;
    core::Result<HttpResponse> result = inner_.send(current);
    if (!may_pass_later(result) || attempt >= policy_.attempts) {
      return result;
    }
    auto wait =
        milliseconds(static_cast<std::int64_t>(random_() * static_cast<double>(longest.count())));
    const auto asked = result ? asked_pause(*result, clock_.now()) : std::nullopt;
    if (asked) {
      wait = *asked;
    }
    const bool too_late = clock_.steady() + wait >= last_begin;
    if (too_late || wait > std::max(policy_.longest_asked_wait, policy_.longest_wait)) {
      return result;
    }
    clock_.sleep_for(wait, request.stop);
    if (request.stop.stop_requested()) {
      return core::fail(ErrorKind::cancelled, "request was cancelled between two attempts");
    }
    longest = std::min(longest * 2, policy_.longest_wait);
  }
}

}  // namespace buildcache::sys
