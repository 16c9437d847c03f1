#include "loopback_server.hpp"
#include "sys/curl_http.hpp"

#include <doctest/doctest.h>

#include <mutex>

using namespace buildcache::sys;
using namespace buildcache::sys_test;
using namespace std::chrono_literals;
using buildcache::core::ErrorKind;

namespace {

// A server whose answers depend on the path alone, and that remembers what it was asked.
class Site {
 public:
  explicit Site(std::map<std::string, std::string> answers)
      : answers_(std::move(answers)), server_(answering([this](const std::string& request) {
          const std::lock_guard lock(mutex_);
          requests_.push_back(request);
          const std::size_t start = request.find(' ') + 1;
          const auto found = answers_.find(request.substr(start, request.find(' ', start) - start));
          return found == answers_.end() ? http_answer("404 Not Found", "", "") : found->second;
        })) {}

  [[nodiscard]] std::string url(std::string_view path) const { return server_.url(path); }
  std::vector<std::string> requests() {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  std::mutex mutex_;
  std::map<std::string, std::string> answers_;
  std::vector<std::string> requests_;
  LoopbackServer server_;
};

std::string redirect_to(const std::string& location) {
  return http_answer("307 Temporary Redirect", "Location: " + location + "\r\n", "");
}

HttpRequest with_credentials(std::string url) {
  HttpRequest request;
  request.url = std::move(url);
  request.timeout = 20s;
  request.max_redirects = 5;
  request.headers = {{"Authorization", "Bearer hunter2"},
                     {"cookie", "hunter2"},
                     {"Proxy-Authorization", "hunter2"},
                     {"Accept", "x/y"}};
  return request;
}

buildcache::core::Result<HttpResponse> send(const HttpRequest& request) {
  CurlHttp http{Environment()};
  return http.send(request);
}

}  // namespace

TEST_CASE("redirects: on the same server credentials go along") {
  Site site({{"/a", redirect_to("/b?x=1")}, {"/b?x=1", http_answer("200 OK", "", "there")}});
  const auto response = send(with_credentials(site.url("/a")));
  REQUIRE(response);
  CHECK(response->body == "there");
  CHECK(response->url == site.url("/b?x=1"));
  REQUIRE(site.requests().size() == 2);
  CHECK(has_header_line(site.requests()[1], "authorization: Bearer hunter2"));
  CHECK(has_header_line(site.requests()[1], "accept: x/y"));
}

TEST_CASE("redirects: another port gets no credentials, not even after a way back") {
  Site other({{"/blob", http_answer("200 OK", "", "blob")}});
  Site first({{"/a", redirect_to(other.url("/blob"))}});
  const auto response = send(with_credentials(first.url("/a")));
  REQUIRE(response);
  CHECK(response->body == "blob");
  REQUIRE(other.requests().size() == 1);
  CHECK(other.requests()[0].find("hunter2") == std::string::npos);
  CHECK(has_header_line(other.requests()[0], "accept: x/y"));
}

TEST_CASE("redirects: another name for the same machine gets no credentials") {
  Site site({{"/b", http_answer("200 OK", "", "")}});
  std::string by_name = site.url("/b");
  by_name.replace(by_name.find("127.0.0.1"), 9, "localhost");
  Site first({{"/a", redirect_to(by_name)}});
  REQUIRE(send(with_credentials(first.url("/a"))));
  REQUIRE(site.requests().size() == 1);
  CHECK(site.requests()[0].find("hunter2") == std::string::npos);
}

TEST_CASE("redirects: too many are a bad response") {
  Site site({{"/a", redirect_to("/a")}});
  HttpRequest request = with_credentials(site.url("/a"));
  request.max_redirects = 3;
  const auto response = send(request);
  REQUIRE_FALSE(response);
  CHECK(response.error().kind == ErrorKind::bad_response);
  CHECK(response.error().message.find("more than 3 times") != std::string::npos);
  CHECK(site.requests().size() == 4);
}

TEST_CASE("redirects: without leave to follow, the redirect is the answer") {
  Site site({{"/a", redirect_to("/b")}});
  HttpRequest request = with_credentials(site.url("/a"));
  request.max_redirects = 0;
  const auto response = send(request);
  REQUIRE(response);
  CHECK(response->status == 307);
  CHECK(response->header("location") == "/b");
}

TEST_CASE("redirects: requests that change something are not repeated elsewhere") {
  Site site({{"/a", redirect_to("/b")}});
  HttpRequest request = with_credentials(site.url("/a"));
  request.method = "PUT";
  request.body = "x";
  const auto response = send(request);
  REQUIRE(response);
  CHECK(response->status == 307);
  CHECK(site.requests().size() == 1);
}

TEST_CASE("redirects: HEAD stays HEAD") {
  Site site({{"/a", redirect_to("/b")}, {"/b", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"}});
  HttpRequest request = with_credentials(site.url("/a"));
  request.method = "HEAD";
  REQUIRE(send(request));
  CHECK(site.requests()[1].starts_with("HEAD /b "));
}

TEST_CASE("redirects: places that are not to be visited are a bad response") {
  for (const std::string location : {"file:///etc/passwd",
                                     "ftp://127.0.0.1/",
                                     "http://u:p@127.0.0.1/",
                                     "http://",
                                     "http://[::1",
                                     "gopher://x"}) {
    CAPTURE(location);
    Site site({{"/a", redirect_to(location)}});
    const auto response = send(with_credentials(site.url("/a")));
    REQUIRE_FALSE(response);
    CHECK(response.error().kind == ErrorKind::bad_response);
    CHECK(site.requests().size() == 1);
  }
}

TEST_CASE("redirects: one without a Location is a bad response") {
  Site site({{"/a", http_answer("302 Found", "", "")}});
  const auto response = send(with_credentials(site.url("/a")));
  REQUIRE_FALSE(response);
  CHECK(response.error().kind == ErrorKind::bad_response);
}

TEST_CASE("redirects: the timeout holds for the whole chain") {
  LoopbackServer slow(answering([](const std::string&) {
    std::this_thread::sleep_for(120ms);
    return redirect_to("/again");
  }));
  HttpRequest request = with_credentials(slow.url("/"));
  request.max_redirects = 100;
  request.timeout = 500ms;
  const auto start = std::chrono::steady_clock::now();
  const auto response = send(request);
  CHECK(std::chrono::steady_clock::now() - start < 10s);
  REQUIRE_FALSE(response);
  CHECK(response.error().kind == ErrorKind::timed_out);
}
