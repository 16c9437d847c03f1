#include "loopback_server.hpp"
#include "support/temporary_folder.hpp"
#include "sys/curl_http.hpp"
#include "sys/retrying_http.hpp"
#include "sys/system_clock.hpp"
#include "test_authority.hpp"

#include <doctest/doctest.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <array>
#include <cstdio>

using namespace buildcache::sys;
using namespace buildcache::sys_test;
using namespace std::chrono_literals;
using buildcache::core::ErrorKind;

namespace {

const TestAuthority& authority() {
  static const TestAuthority kAuthority;
  return kAuthority;
}

LoopbackServer::Script ok() {
  return answering([](const std::string&) { return http_answer("200 OK", "", "secure"); });
}

HttpRequest get(std::string url, std::string ca_file) {
  HttpRequest request;
  request.url = std::move(url);
  request.timeout = 20s;
  request.tls.ca_file = std::move(ca_file);
  return request;
}

buildcache::core::Result<HttpResponse> send(const HttpRequest& request,
                                            std::map<std::string, std::string> environment = {}) {
  CurlHttp http{Environment(std::move(environment))};
  return http.send(request);
}

std::string write_pem(const TemporaryFolder& folder, const std::string& pem) {
  std::string path = folder / "pem";
  REQUIRE(PosixFiles().write(path, pem, 0600));
  return path;
}

void check_untrusted(const buildcache::core::Result<HttpResponse>& response,
                     const std::string& reason) {
  REQUIRE_FALSE(response);
  CHECK(response.error().kind == ErrorKind::untrusted);
  CAPTURE(response.error().message);
  CHECK(response.error().message.starts_with("cannot trust 127.0.0.1:"));
  CHECK(response.error().message.find(reason) != std::string::npos);
}

}  // namespace

TEST_CASE("tls: a server is trusted by an additional authority") {
  const TemporaryFolder folder;
  const auto context = authority().serve_as("IP:127.0.0.1");
  LoopbackServer server(ok(), context.get());
  const auto response = send(get(server.url("/"), write_pem(folder, authority().pem())));
  REQUIRE(response);
  CHECK(response->body == "secure");
}

TEST_CASE("tls: SSL_CERT_FILE replaces the system's authorities") {
  const TemporaryFolder folder;
  const auto context = authority().serve_as("IP:127.0.0.1");
  LoopbackServer server(ok(), context.get());
  CHECK(send(get(server.url("/"), ""), {{"SSL_CERT_FILE", write_pem(folder, authority().pem())}}));
}

TEST_CASE("tls: an additional authority is trusted beside SSL_CERT_FILE") {
  const TemporaryFolder folder;
  const TemporaryFolder another;
  const TestAuthority second;
  const auto first_context = authority().serve_as("IP:127.0.0.1");
  const auto second_context = second.serve_as("IP:127.0.0.1");
  LoopbackServer first_server(ok(), first_context.get());
  LoopbackServer second_server(ok(), second_context.get());
  const std::map<std::string, std::string> environment = {
      {"SSL_CERT_FILE", write_pem(folder, authority().pem())}};
  const std::string extra = write_pem(another, second.pem());
  CHECK(send(get(first_server.url("/"), extra), environment));
  CHECK(send(get(second_server.url("/"), extra), environment));
}

TEST_CASE("tls: a directory of hashed names is trusted too") {
  const TemporaryFolder folder;
  const std::string hash = [] {
    const std::string pem = authority().pem();
    const std::unique_ptr<BIO, int (*)(BIO*)> memory(
        BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free);
    const std::unique_ptr<X509, void (*)(X509*)> certificate(
        PEM_read_bio_X509(memory.get(), nullptr, nullptr, nullptr), X509_free);
    std::array<char, 16> text{};
    std::snprintf(text.data(), text.size(), "%08lx", X509_subject_name_hash(certificate.get()));
    return std::string(text.data());
  }();
  REQUIRE(PosixFiles().write(folder / (hash + ".0"), authority().pem(), 0600));
  const auto context = authority().serve_as("IP:127.0.0.1");
  LoopbackServer server(ok(), context.get());
  CHECK(send(get(server.url("/"), ""), {{"SSL_CERT_DIR", folder.path()}}));
}

TEST_CASE("tls: a server of an unknown authority is not trusted") {
  const TemporaryFolder folder;
  const TestAuthority stranger;
  const auto context = stranger.serve_as("IP:127.0.0.1");
  LoopbackServer server(ok(), context.get());
  check_untrusted(send(get(server.url("/"), write_pem(folder, authority().pem()))),
                  "unable to get local issuer certificate");
}

TEST_CASE("tls: a certificate for another host is not trusted") {
  const TemporaryFolder folder;
  const auto context = authority().serve_as("DNS:registry.example");
  LoopbackServer server(ok(), context.get());
  check_untrusted(send(get(server.url("/"), write_pem(folder, authority().pem()))),
                  "no alternative certificate subject name matches");
}

TEST_CASE("tls: an expired certificate is not trusted") {
  const TemporaryFolder folder;
  const auto context = authority().serve_as("IP:127.0.0.1", -60);
  LoopbackServer server(ok(), context.get());
  check_untrusted(send(get(server.url("/"), write_pem(folder, authority().pem()))), "expired");
}

TEST_CASE("tls: what a certificate does not prove is not tried again") {
  const auto tls = authority().serve_as("IP:127.0.0.1", -10);
  LoopbackServer server(ok(), tls.get());
  const TemporaryFolder folder;
  CurlHttp http{Environment()};
  SystemClock clock;
  RetryingHttp retrying(http, clock, [] { return 0.0; });
  check_untrusted(retrying.send(get(server.url("/"), write_pem(folder, authority().pem()))), "");
  CHECK(server.connections() == 1);
}

TEST_CASE("tls: who asked for it gets an unverified connection") {
  const TestAuthority stranger;
  const auto context = stranger.serve_as("DNS:registry.example");
  LoopbackServer server(ok(), context.get());
  HttpRequest request = get(server.url("/"), "");
  request.tls.insecure = true;
  CHECK(send(request, {{"SSL_CERT_FILE", "/nonexistent"}}));
}

TEST_CASE("tls: a verified connection is not shared with unverified requests' trust") {
  const TemporaryFolder folder;
  const TestAuthority stranger;
  const auto context = stranger.serve_as("IP:127.0.0.1");
  LoopbackServer server(ok(), context.get());
  CurlHttp http{Environment()};
  HttpRequest request = get(server.url("/"), write_pem(folder, authority().pem()));
  request.tls.insecure = true;
  REQUIRE(http.send(request));
  request.tls.insecure = false;
  check_untrusted(http.send(request), "unable to get local issuer certificate");
}

TEST_CASE("tls: without any certificates the message says what was tried and what to do") {
  const auto response =
      send(get("https://127.0.0.1:1/", ""),
           {{"SSL_CERT_FILE", "/nonexistent"}, {"SSL_CERT_DIR", "/nonexistent:/neither"}});
  REQUIRE_FALSE(response);
  CHECK(response.error().kind == ErrorKind::untrusted);
  CHECK(response.error().message ==
        "cannot trust 127.0.0.1:1: SSL_CERT_FILE names /nonexistent, which is not a file");
  CHECK(response.error().hint == "set SSL_CERT_FILE to a PEM file of trusted certificates");
}

TEST_CASE("tls: files without certificates are named") {
  const TemporaryFolder folder;
  const auto context = authority().serve_as("IP:127.0.0.1");
  LoopbackServer server(ok(), context.get());
  const auto missing = send(get(server.url("/"), folder / "none"));
  REQUIRE_FALSE(missing);
  CHECK(missing.error().kind == ErrorKind::untrusted);
  CHECK(missing.error().message.find(folder / "none") != std::string::npos);
  const auto rubbish = send(get(server.url("/"), write_pem(folder, "no certificate")),
                            {{"SSL_CERT_FILE", write_pem(folder, "no certificate")}});
  REQUIRE_FALSE(rubbish);
  CHECK(rubbish.error().kind == ErrorKind::untrusted);
}

TEST_CASE("tls: a client proves who it is where a server asks") {
  const TemporaryFolder folder;
  const TemporaryFolder client;
  const auto context = authority().serve_known_clients("IP:127.0.0.1");
  LoopbackServer server(ok(), context.get());
  HttpRequest request = get(server.url("/"), write_pem(folder, authority().pem()));
  CHECK_FALSE(send(request));
  request.tls.client_cert_file = write_pem(client, authority().client_pem());
  CHECK(send(request));
}

TEST_CASE("tls: a server that speaks plain HTTP on a TLS port is unavailable") {
  const TemporaryFolder folder;
  LoopbackServer server(
      [](Connection& connection) { connection.write("HTTP/1.1 400 Bad\r\n\r\n"); });
  std::string url = server.url("/");
  url.replace(0, 4, "https");
  const auto response = send(get(url, write_pem(folder, authority().pem())));
  REQUIRE_FALSE(response);
  CHECK(response.error().kind == ErrorKind::unavailable);
}

TEST_CASE("tls: a redirect from https to http is refused") {
  const TemporaryFolder folder;
  LoopbackServer plain(ok());
  const auto context = authority().serve_as("IP:127.0.0.1");
  const std::string location = plain.url("/");
  LoopbackServer server(answering([&location](const std::string&) {
                          return http_answer("302 Found", "Location: " + location + "\r\n", "");
                        }),
                        context.get());
  HttpRequest request = get(server.url("/"), write_pem(folder, authority().pem()));
  request.max_redirects = 3;
  const auto response = send(request);
  REQUIRE_FALSE(response);
  CHECK(response.error().kind == ErrorKind::bad_response);
  CHECK(response.error().message.find("from https to http") != std::string::npos);
  CHECK(plain.connections() == 0);
}

TEST_CASE("tls: over a proxy the server still is the one that is verified and gets credentials") {
  const TemporaryFolder folder;
  const auto context = authority().serve_as("DNS:registry.test");
  std::string connect;
  std::string request_seen;
  LoopbackServer proxy([&](Connection& connection) {
    connect = connection.read_request();
    connection.write("HTTP/1.1 200 Connection established\r\nX-Proxy: 1\r\n\r\n");
    if (connection.start_tls(context.get())) {
      request_seen = connection.read_request();
      connection.write(http_answer("200 OK", "", "tunnelled"));
    }
  });
  HttpRequest request = get("https://registry.test/v2/", write_pem(folder, authority().pem()));
  request.headers = {{"Authorization", "Bearer hunter2"}};
  const auto response =
      send(request, {{"HTTPS_PROXY", "http://me:pass@127.0.0.1:" + std::to_string(proxy.port())}});
  REQUIRE(response);
  CHECK(response->body == "tunnelled");
  CHECK_FALSE(response->header("x-proxy"));
  CHECK(connect.starts_with("CONNECT registry.test:443 HTTP/1.1\r\n"));
  CHECK(has_header_line(connect, "proxy-authorization: Basic bWU6cGFzcw=="));
  CHECK(connect.find("hunter2") == std::string::npos);
  CHECK(has_header_line(request_seen, "authorization: Bearer hunter2"));
  CHECK(request_seen.find("bWU6cGFzcw") == std::string::npos);
}

TEST_CASE("tls: a proxy that is spoken to over TLS is verified too") {
  const TemporaryFolder folder;
  const TestAuthority stranger;
  const std::string ca_file = write_pem(folder, authority().pem());
  HttpRequest request = get("http://registry.test/v2/", "");
  for (const bool trusted : {true, false}) {
    const auto context = (trusted ? authority() : stranger).serve_as("IP:127.0.0.1");
    LoopbackServer proxy(ok(), context.get());
    const auto response =
        send(request, {{"SSL_CERT_FILE", ca_file}, {"http_proxy", proxy.url("")}});
    CHECK(response.has_value() == trusted);
  }
}
