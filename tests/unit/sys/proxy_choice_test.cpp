#include "sys/proxy_choice.hpp"

#include "loopback_server.hpp"
#include "sys/curl_http.hpp"

#include <doctest/doctest.h>

using namespace buildcache::sys;
using namespace buildcache::sys_test;
using namespace std::chrono_literals;
using buildcache::core::ErrorKind;

namespace {

std::string proxy_for(const std::string& url, std::map<std::string, std::string> environment) {
  const auto parsed = parse_url(url);
  REQUIRE(parsed);
  return choose_proxy(*parsed, Environment(std::move(environment))).proxy;
}

}  // namespace

TEST_CASE("proxy: the variables count as curl counts them") {
  CHECK(proxy_for("https://a.test/", {{"HTTPS_PROXY", "p"}}) == "p");
  CHECK(proxy_for("https://a.test/", {{"HTTPS_PROXY", "p"}, {"https_proxy", "q"}}) == "q");
  CHECK(proxy_for("http://a.test/", {{"http_proxy", "p"}}) == "p");
  CHECK(proxy_for("http://a.test/", {{"HTTP_PROXY", "p"}}).empty());
  CHECK(proxy_for("https://a.test/", {{"http_proxy", "p"}}).empty());
  CHECK(proxy_for("https://a.test/", {{"ALL_PROXY", "p"}}) == "p");
  CHECK(proxy_for("https://a.test/", {{"ALL_PROXY", "p"}, {"https_proxy", ""}}).empty());
}

TEST_CASE("proxy: loopback is reached directly") {
  for (const std::string host : {"localhost", "a.localhost", "127.0.0.1:5000", "[::1]:5000"}) {
    CHECK(proxy_for("https://" + host + "/", {{"ALL_PROXY", "p"}, {"HTTPS_PROXY", "p"}}).empty());
  }
}

TEST_CASE("proxy: clouds' metadata services are reached directly, names that look alike are not") {
  for (const std::string host : {"169.254.169.254", "169.254.170.2", "[fd00:ec2::254]"}) {
    CHECK(proxy_for("http://" + host + "/", {{"ALL_PROXY", "p"}}).empty());
  }
  for (const std::string host : {"169.254.example.com", "16.9.254.1"}) {
    CHECK(proxy_for("http://" + host + "/", {{"ALL_PROXY", "p"}}) == "p");
  }
}

TEST_CASE("proxy: plain HTTP goes through it, hosts of NO_PROXY and loopback do not") {
  std::string seen;
  LoopbackServer proxy(answering([&seen](const std::string& request) {
    seen = request;
    return http_answer("200 OK", "", "by proxy");
  }));
  const std::string address = "http://127.0.0.1:" + std::to_string(proxy.port());
  CurlHttp http{Environment({{"http_proxy", address}, {"NO_PROXY", ".direct.invalid"}})};
  HttpRequest request;
  request.timeout = 20s;
  request.url = "http://registry.test/v2/";
  const auto proxied = http.send(request);
  REQUIRE(proxied);
  CHECK(proxied->body == "by proxy");
  CHECK(seen.starts_with("GET http://registry.test/v2/ HTTP/1.1\r\n"));

  request.url = "http://x.direct.invalid/";
  CHECK_FALSE(http.send(request));

  LoopbackServer direct(
      answering([](const std::string&) { return http_answer("200 OK", "", "direct"); }));
  request.url = direct.url("/");
  const auto local = http.send(request);
  REQUIRE(local);
  CHECK(local->body == "direct");
}

TEST_CASE("proxy: one that cannot be reached or refuses is named without its password") {
  int port = 0;
  {
    const LoopbackServer gone([](Connection&) {});
    port = gone.port();
  }
  LoopbackServer refusing(answering(
      [](const std::string&) { return http_answer("407 Proxy Authentication Required", "", ""); }));
  HttpRequest request;
  request.timeout = 20s;
  request.url = "https://registry.test/?token=hunter2";
  request.tls.insecure = true;
  for (const int number : {port, refusing.port()}) {
    CurlHttp http{
        Environment({{"https_proxy", "http://me:hunter2@127.0.0.1:" + std::to_string(number)}})};
    const auto response = http.send(request);
    REQUIRE_FALSE(response);
    CAPTURE(response.error().message);
    CHECK(response.error().kind == ErrorKind::unavailable);
    CHECK(response.error().message.find("127.0.0.1") != std::string::npos);
    CHECK(response.error().message.find("hunter2") == std::string::npos);
  }
}
