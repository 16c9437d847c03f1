#include "sys/curl_error.hpp"

#include "core/text.hpp"

#include <curl/curl.h>

#include <unistd.h>

#include <algorithm>

namespace buildcache::sys {

namespace {

using core::Error;
using core::ErrorKind;

constexpr std::size_t kLongestWords = 300;

// Some words are the server's, so they are made harmless.
std::string words_of(const CurlFailure& failure) {
  const std::string words = failure.words.empty()
                                ? curl_easy_strerror(static_cast<CURLcode>(failure.code))
                                : failure.words;
  return core::shortened(core::printable(words), kLongestWords);
}

Error unresolved(const std::string& host) {
  const std::string name =
      host.substr(0, host.find(':'));  // an address in brackets needs no lookup
  std::string hint;
  if (::access("/etc/resolv.conf", R_OK) != 0) {
    hint = "this system has no /etc/resolv.conf to name a DNS server";
  }
  return {ErrorKind::unavailable, "cannot resolve the name " + name, std::nullopt, hint};
}

Error timed_out(const CurlFailure& failure) {
  const std::string message =
      failure.connected
          ? "no complete answer from " + failure.host + " within " +
                core::human_duration(failure.timeout)
          : "no connection to " +
                (failure.proxy_host.empty() ? failure.host : "proxy " + failure.proxy_host) +
                " within " +
                core::human_duration(std::min(failure.timeout, failure.connect_timeout));
  return {ErrorKind::timed_out, message, std::nullopt, ""};
}

}  // namespace

Error to_error(const CurlFailure& failure) {
  const auto unavailable = [&](const std::string& what) {
    return Error{ErrorKind::unavailable, what + ": " + words_of(failure), std::nullopt, ""};
  };
  const auto untrusted = [&](const std::string& what, std::string hint) {
    return Error{
        ErrorKind::untrusted, what + ": " + words_of(failure), std::nullopt, std::move(hint)};
  };
  if (failure.proxy_status >= 300) {
    return {ErrorKind::unavailable,
            "proxy " + failure.proxy_host + " refuses a connection to " + failure.host +
                " with status " + std::to_string(failure.proxy_status),
            std::nullopt,
            ""};
  }
  switch (failure.code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return unresolved(failure.host);
    case CURLE_COULDNT_RESOLVE_PROXY:
      return core::while_doing(unresolved(failure.proxy_host), "proxy");
    case CURLE_OPERATION_TIMEDOUT:
      return timed_out(failure);
    case CURLE_COULDNT_CONNECT:
      return unavailable("cannot connect to " +
                         (failure.proxy_host.empty()
                              ? failure.host
                              : failure.host + " over proxy " + failure.proxy_host));
    case CURLE_PROXY:
      return unavailable("proxy " + failure.proxy_host + " does not connect to " + failure.host);
    case CURLE_PEER_FAILED_VERIFICATION:
      return untrusted("cannot trust " + failure.host,
                       "if its certificate is signed by an authority of your own, name that in "
                       "SSL_CERT_FILE, or as a .crt file in /etc/docker/certs.d/" +
                           failure.host);
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
      return untrusted("certificates for " + failure.host + " cannot be used", "");
    case CURLE_SSL_CONNECT_ERROR:
      return unavailable("no TLS connection to " + failure.host);
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_PARTIAL_FILE:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
      return unavailable("connection to " + failure.host + " broke");
    case CURLE_OUT_OF_MEMORY:
    case CURLE_FAILED_INIT:
      return {ErrorKind::internal, "curl: " + words_of(failure), std::nullopt, ""};
    default:
      return {ErrorKind::bad_response,
              "answer from " + failure.host + " breaks the protocol: " + words_of(failure),
              std::nullopt,
              ""};
  }
}

}  // namespace buildcache::sys
