#include "commands/wire.hpp"

#include "core/text.hpp"
#include "registry/host_tls.hpp"
#include "sys/random.hpp"

#include <fmt/format.h>

#include <functional>
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

Wire::Wire(const Seams& seams, Verbosity verbosity)
    : tracing_(seams.http, seams.clock, trace_sink(seams, verbosity)),
      limiting_(tracing_),
      retrying_(limiting_, seams.clock, sys::random_fraction) {}

sys::TlsOptions certificates_of(sys::Files& files, const std::string& host) {
  return registry::host_tls(files, kHostCertificates, host);
}

}  // namespace buildcache::commands
