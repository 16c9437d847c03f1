// Speaking HTTP: one request, one response; retries, authentication and tracing are wrappers.
#pragma once

#include "core/result.hpp"
#include "core/secret.hpp"
#include "sys/body.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace buildcache::sys {

using Header = std::pair<std::string, std::string>;

struct TlsOptions {
  std::string ca_file;           // additional certificates (PEM); empty: the system's only
  std::string client_cert_file;  // PEM; empty: none
  std::string client_key_file;
  bool insecure = false;  // do not verify; only ever by explicit configuration
};

// Signs a request as AWS wants it (Signature Version 4); the body is part of what is signed.
struct AwsSignature {
  std::string access_key;
  core::Secret secret_key;
  core::Secret session_token;  // empty: long-lived keys
  std::string region;
  std::string service;  // "s3", "ecr", …
};

struct HttpRequest {
  std::string method = "GET";
  std::string url;          // http or https, absolute; never with user information
  std::string unix_socket;  // path: speak HTTP over this socket instead of TCP; empty: TCP
  std::vector<Header> headers;
  Body body;
  std::optional<AwsSignature> sign;
  TlsOptions tls;
  std::chrono::milliseconds timeout{30'000};  // for the whole exchange
  std::chrono::milliseconds deadline{0};      // of all attempts of retries together; 0: theirs
  std::chrono::milliseconds connect_timeout{5'000};
  std::size_t max_body = 4U << 20U;  // a longer body is an error: bad_response
  // Redirects are followed at most this often, GET and HEAD only, never from https to http. Headers
  // named authorization, cookie or proxy-authorization are dropped when scheme, host or port
  // change.
  int max_redirects = 0;
  bool repeatable = false;  // asks only, whatever its method: RetryingHttp may send it again
  int attempt = 1;          // counted by RetryingHttp, for traces
  std::stop_token stop;
};

struct HttpResponse {
  int status = 0;
  std::vector<Header> headers;  // names in lower case, order kept, repeated ones repeated
  std::string body;
  std::string url;  // after redirects

  // Returns the first header of that (lower-case) name, nullopt when there is none.
  [[nodiscard]] std::optional<std::string> header(std::string_view name) const;
};

// Returns what a status that is no success means: unauthorized for 401, forbidden for 403,
// not_found for 404, unavailable for 408, 425, 429 and 5xx, bad_response for everything else.
core::ErrorKind kind_of_status(int status);

// Sends requests. Thread-safe: concurrency comes from calling it on several threads, which share
// one pool of connections.
class HttpTransport {
 public:
  HttpTransport() = default;
  HttpTransport(const HttpTransport&) = delete;  // used by reference
  HttpTransport& operator=(const HttpTransport&) = delete;
  virtual ~HttpTransport() = default;

  // Returns the response whatever its status.
  // Errors: unavailable (resolve, connect, TLS, reset, a body that ends too early), untrusted
  // (certificates), timed_out, bad_response (broken protocol, body too long, bad redirect),
  // cancelled.
  virtual core::Result<HttpResponse> send(const HttpRequest& request) = 0;
};

}  // namespace buildcache::sys
