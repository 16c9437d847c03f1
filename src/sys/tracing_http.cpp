#include "sys/tracing_http.hpp"

#include "sys/url.hpp"

#include <utility>

namespace buildcache::sys {

TracingHttp::TracingHttp(HttpTransport& inner,
                         Clock& clock,
                         std::function<void(const HttpTrace&)> on_trace)
    : inner_(inner), clock_(clock), on_trace_(std::move(on_trace)) {}

core::Result<HttpResponse> TracingHttp::send(const HttpRequest& request) {
  const auto start = clock_.steady();
  core::Result<HttpResponse> result = inner_.send(request);
  HttpTrace trace;
  trace.method = request.method;
  trace.url = redacted_url(request.url);
  if (result) {
    trace.status = result->status;
  } else {
    trace.failure = result.error().kind;
    trace.message = result.error().message;
  }
  trace.duration = std::chrono::duration_cast<std::chrono::milliseconds>(clock_.steady() - start);
  trace.attempt = request.attempt;
  on_trace_(trace);
  return result;
}

}  // namespace buildcache::sys
