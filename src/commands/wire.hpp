// HTTP as commands use it: traced, limited, retried.
#pragma once

#include "commands/options.hpp"
#include "commands/seams.hpp"
#include "sys/limiting_http.hpp"
#include "sys/retrying_http.hpp"
#include "sys/tracing_http.hpp"

namespace buildcache::commands {

// Thread-safe. `seams` must outlive it.
class Wire {
 public:
  Wire(const Seams& seams, Verbosity verbosity);
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;
  ~Wire() = default;

  [[nodiscard]] sys::HttpTransport& http() { return retrying_; }

 private:
  // Each part works on the one before it.
  sys::TracingHttp tracing_;
  sys::LimitingHttp limiting_;
  sys::RetryingHttp retrying_;
};

// Returns what docker keeps of certificates for a registry host; empty options where it has none.
sys::TlsOptions certificates_of(sys::Files& files, const std::string& host);

}  // namespace buildcache::commands
