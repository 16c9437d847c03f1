#include "commands/connections.hpp"

#include "core/text.hpp"
#include "registry/host_tls.hpp"
#include "registry/http_client.hpp"
#include "store/make_store.hpp"
#include "sys/limiting_http.hpp"
#include "sys/random.hpp"
#include "sys/retrying_http.hpp"
#include "sys/tracing_http.hpp"

#include <fmt/format.h>

#include <string>

namespace buildcache::commands {

namespace {

// Where docker keeps the certificates of single registries (dockerd's own documentation).
constexpr const char* kHostCertificates = "/etc/docker/certs.d";

std::string trace_line(const sys::HttpTrace& trace) {
  const std::string outcome = trace.failure ? trace.message : std::to_string(trace.status);
  return core::printable(fmt::format("http: {} {} -> {} in {}",
                                     trace.method,
                                     trace.url,
                                     outcome,
                                     core::human_duration(trace.duration))) +
         "\n";
}

std::function<void(const sys::HttpTrace&)> trace_sink(const Seams& seams, Verbosity verbosity) {
  if (verbosity == Verbosity::normal) {
    return [](const sys::HttpTrace&) {};
  }
  return [&seams](const sys::HttpTrace& trace) { seams.err(trace_line(trace)); };
}

}  // namespace

// Each part works on the one before it.
struct Connections::Parts {
  Parts(const Seams& seams, const Prepared& prepared, Verbosity verbosity)
      : tracing(seams.http, seams.clock, trace_sink(seams, verbosity)),
        limiting(tracing),
        retrying(limiting, seams.clock, sys::random_fraction),
        client(retrying,
               prepared.credentials,
               seams.clock,
               [&files = seams.files](const std::string& host) {
                 return registry::host_tls(files, kHostCertificates, host);
               }),
        store(store::make_store({client,
                                 retrying,
                                 seams.files,
                                 seams.clock,
                                 seams.environment,
                                 seams.interruption.token()})) {}

  sys::TracingHttp tracing;
  sys::LimitingHttp limiting;
  sys::RetryingHttp retrying;
  registry::HttpClient client;
  std::unique_ptr<store::Store> store;
};

Connections::Connections(const Seams& seams, const Prepared& prepared, Verbosity verbosity)
    : parts_(std::make_unique<Parts>(seams, prepared, verbosity)) {}

Connections::~Connections() = default;

store::Store& Connections::store() {
  return *parts_->store;
}

}  // namespace buildcache::commands
