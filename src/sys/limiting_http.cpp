#include "sys/limiting_http.hpp"

#include "core/text.hpp"
#include "sys/url.hpp"

#include <algorithm>
#include <chrono>

namespace buildcache::sys {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

LimitingHttp::LimitingHttp(HttpTransport& inner, int limit) : inner_(inner), limit_(limit) {}

core::Result<unsigned> LimitingHttp::enter(Host& host, const HttpRequest& request) {
  std::unique_lock lock(mutex_);
  const bool free = turn_.wait_for(
      lock, request.stop, request.timeout, [&host] { return host.under_way < host.allowed; });
  if (!free) {
    return request.stop.stop_requested()
               ? core::fail(core::ErrorKind::cancelled, "request was cancelled before it was sent")
               : core::fail(core::ErrorKind::timed_out,
                            "request could not be sent within " +
                                core::human_duration(request.timeout) +
                                ": others to the same host take longer");
  }
  ++host.under_way;
  return host.throttlings;
}

void LimitingHttp::leave(Host& host, unsigned throttlings_before, int status) {
  {
    const std::lock_guard lock(mutex_);
    --host.under_way;
    if (status == 429 && throttlings_before == host.throttlings) {
      host.allowed = std::max(1, host.allowed / 2);
      host.good_answers = 0;
      ++host.throttlings;
    } else if (status != 429 && status > 0 && host.allowed < limit_ &&
               ++host.good_answers >= host.allowed) {
      ++host.allowed;
      host.good_answers = 0;
    }
  }
  turn_.notify_all();
}

core::Result<HttpResponse> LimitingHttp::send(const HttpRequest& request) {
  const core::Result<Url> url = parse_url(request.url);
  if (!url) {
    return inner_.send(request);  // which says what is wrong with it
  }
  Host* host = nullptr;
  {
    const std::lock_guard lock(mutex_);
    host = &hosts_.try_emplace(url->origin(), Host{limit_, 0, 0, 0}).first->second;
  }
  const steady_clock::time_point start = steady_clock::now();
  const core::Result<unsigned> turn = enter(*host, request);
  if (!turn) {
    return tl::unexpected<core::Error>(turn.error());
  }
  HttpRequest current = request;
  const auto waited = std::chrono::duration_cast<milliseconds>(steady_clock::now() - start);
  current.timeout = std::max(milliseconds{1}, request.timeout - waited);
  core::Result<HttpResponse> result = inner_.send(current);
  leave(*host, *turn, result ? result->status : 0);
  return result;
}

}  // namespace buildcache::sys
