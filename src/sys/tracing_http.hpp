// Telling what goes over the wire, without what must stay secret.
#pragma once

#include "sys/clock.hpp"
#include "sys/http.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>

namespace buildcache::sys {

// One request and how it ended. Holds no header and no body.
struct HttpTrace {
  std::string method;
  std::string url;  // as redacted_url() gives it
  int status = 0;   // 0: no answer
  std::optional<core::ErrorKind> failure;
  std::string message;  // of the failure; empty when there was an answer
  std::chrono::milliseconds duration{0};
  int attempt = 1;
};

// Thread-safe when `on_trace` is.
class TracingHttp final : public HttpTransport {
 public:
  // `inner` and `clock` must outlive this object. `on_trace` is called on the sending thread.
  TracingHttp(HttpTransport& inner, Clock& clock, std::function<void(const HttpTrace&)> on_trace);

  core::Result<HttpResponse> send(const HttpRequest& request) override;

 private:
  HttpTransport& inner_;
  Clock& clock_;
  std::function<void(const HttpTrace&)> on_trace_;
};

}  // namespace buildcache::sys
