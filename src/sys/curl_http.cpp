#include "sys/curl_http.hpp"

#include "sys/ca_bundle.hpp"
#include "sys/curl_exchange.hpp"
#include "sys/curl_loop.hpp"
#include "sys/url.hpp"

#include <curl/curl.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace buildcache::sys {

namespace {

using core::ErrorKind;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

// Prepares the libraries once for the process. Before anything else OpenSSL is told not to load the
// host's openssl.cnf, which may name providers that a static binary cannot have.
bool prepare_libraries() {
  static const bool kReady = OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr) == 1 &&
                             curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  return kReady;
}

bool is_redirect(const HttpRequest& request, const HttpResponse& response) {
  static constexpr std::array<int, 5> kRedirects = {301, 302, 303, 307, 308};
  return request.max_redirects > 0 && (request.method == "GET" || request.method == "HEAD") &&
         std::ranges::find(kRedirects, response.status) != kRedirects.end();
}

bool is_credential(std::string_view name) {
  std::string lower(name);
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return lower == "authorization" || lower == "cookie" || lower == "proxy-authorization";
}

// Takes off what only the first server may have: credentials, and leave not to prove its identity.
void drop_credentials(HttpRequest& request) {
  std::erase_if(request.headers, [](const Header& header) { return is_credential(header.first); });
  request.tls.client_cert_file.clear();
  request.tls.client_key_file.clear();
  request.tls.insecure = false;
}

tl::unexpected<core::Error> bad_redirect(const Url& from, const std::string& why) {
  return core::fail(ErrorKind::bad_response, from.host_and_port() + " redirects " + why);
}

// Returns where a redirect leads, having adapted the request to it.
core::Result<Url> follow(const HttpResponse& response, const Url& from, HttpRequest& request) {
  const std::optional<std::string> location = response.header("location");
  if (!location) {
    return bad_redirect(from, "without saying where to");
  }
  core::Result<Url> to = resolve_url(from, *location);
  if (!to) {
    return bad_redirect(from, "to what is " + to.error().message);
  }
  if (from.scheme == "https" && to->scheme == "http") {
    return bad_redirect(from, "from https to http, which is refused");
  }
  if (from.origin() != to->origin()) {
    if (!request.unix_socket.empty()) {
      return bad_redirect(from, "away from its socket, which is refused");
    }
    drop_credentials(request);
  }
  return to;
}

}  // namespace

CurlHttp::CurlHttp(Environment environment) : environment_(std::move(environment)) {}

CurlHttp::~CurlHttp() = default;

void CurlHttp::start() {
  if (prepare_libraries()) {
    certificates_ = std::make_unique<CaBundle>(environment_);
    loop_ = std::make_unique<CurlLoop>();
  }
}

core::Result<HttpResponse> CurlHttp::send_once(const HttpRequest& request, const Url& url) {
  CurlRoute route;
  route.url = url;
  if (request.unix_socket.empty()) {
    route.proxy = choose_proxy(url, environment_);
  }
  const bool verify_server = url.scheme == "https" && !request.tls.insecure;
  if (verify_server || route.proxy.proxy.starts_with("https:")) {
    core::Result<TrustAnchors> anchors = certificates_->anchors(request.tls.ca_file);
    if (!anchors) {
      return tl::unexpected<core::Error>(
          core::while_doing(std::move(anchors.error()), "cannot trust " + url.host_and_port()));
    }
    route.anchors = std::move(*anchors);
  }
  return exchange(*loop_, request, route);
}

core::Result<HttpResponse> CurlHttp::send(const HttpRequest& request) {
  std::call_once(started_, [this] { start(); });
  if (!loop_) {
    return core::fail(ErrorKind::internal, "curl cannot be initialised");
  }
  core::Result<Url> url = parse_url(request.url);
  if (!url) {
    return tl::unexpected<core::Error>(std::move(url.error()));
  }
  const steady_clock::time_point deadline = steady_clock::now() + request.timeout;
  HttpRequest current = request;
  for (int redirects = 0;; ++redirects) {
    core::Result<HttpResponse> response = send_once(current, *url);
    if (!response || !is_redirect(request, *response)) {
      return response;
    }
    if (redirects == request.max_redirects) {
      return bad_redirect(*url, "more than " + std::to_string(request.max_redirects) + " times");
    }
    core::Result<Url> next = follow(*response, *url, current);
    if (!next) {
      return tl::unexpected<core::Error>(std::move(next.error()));
    }
    url = std::move(next);
    current.timeout = std::chrono::duration_cast<milliseconds>(deadline - steady_clock::now());
    if (current.timeout <= milliseconds{0}) {
      return core::fail(ErrorKind::timed_out,
                        "no time left to follow a redirect to " + url->host_and_port());
    }
  }
}

}  // namespace buildcache::sys
