#include "sys/curl_http.hpp"

#include "core/version.hpp"
#include "loopback_server.hpp"
#include "support/temporary_folder.hpp"
#include "sys/parallel.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <thread>

using namespace buildcache::sys;
using namespace buildcache::sys_test;
using namespace std::chrono_literals;
using buildcache::core::ErrorKind;

namespace {

HttpRequest get(std::string url) {
  HttpRequest request;
  request.url = std::move(url);
  request.timeout = 20s;
  return request;
}

buildcache::core::Result<HttpResponse> send(const HttpRequest& request) {
  CurlHttp http{Environment()};
  return http.send(request);
}

// Sends a GET to a server that plays these bytes to the first request and then closes.
buildcache::core::Result<HttpResponse> get_bytes(std::string bytes) {
  LoopbackServer server([bytes = std::move(bytes)](Connection& connection) {
    connection.read_request();
    connection.write(bytes);
  });
  return send(get(server.url("/")));
}

}  // namespace

TEST_CASE("curl: status, headers and body come back as they were sent") {
  const auto response = get_bytes(http_answer(
      "404 Not Found", "X-One: 1\r\nSet-Cookie: a\r\nSET-COOKIE: b\r\nX-Empty:\r\n", "nothing"));
  REQUIRE(response);
  CHECK(response->status == 404);
  CHECK(response->body == "nothing");
  const std::vector<Header> expected = {{"content-length", "7"},
                                        {"x-one", "1"},
                                        {"set-cookie", "a"},
                                        {"set-cookie", "b"},
                                        {"x-empty", ""}};
  CHECK(response->headers == expected);
  CHECK(response->header("set-cookie") == "a");
  CHECK_FALSE(response->header("x-two"));
}

TEST_CASE("curl: a request says who sends it and asks for no compression") {
  std::string seen;
  LoopbackServer server(answering([&seen](const std::string& request) {
    seen = request;
    return http_answer("200 OK", "Content-Encoding: gzip\r\n", "not really gzip");
  }));
  const auto response = send(get(server.url("/a/b?c=d")));
  REQUIRE(response);
  CHECK(response->body == "not really gzip");
  CHECK(seen.starts_with("GET /a/b?c=d HTTP/1.1\r\n"));
  CHECK(has_header_line(seen, "user-agent: buildcache/" + std::string(buildcache::core::kVersion)));
  CHECK(seen.find("ccept-") == std::string::npos);
  CHECK(seen.find("uthorization") == std::string::npos);
}

TEST_CASE("curl: HEAD waits for no body") {
  LoopbackServer server(answering([](const std::string& request) {
    CHECK(request.starts_with("HEAD /x "));
    return "HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\nDocker-Content-Digest: d\r\n\r\n";
  }));
  HttpRequest request = get(server.url("/x"));
  request.method = "HEAD";
  const auto response = send(request);
  REQUIRE(response);
  CHECK(response->body.empty());
  CHECK(response->header("docker-content-digest") == "d");
}

TEST_CASE("curl: bodies go out as they are, with the headers given and no others") {
  std::string seen;
  LoopbackServer server(answering([&seen](const std::string& request) {
    seen = request;
    return http_answer("201 Created", "", "");
  }));
  HttpRequest request = get(server.url("/m"));
  request.method = "PUT";
  request.body = std::string("a\0b", 3) + std::string(2'000'000, 'x');
  request.headers = {{"Content-Type", "application/json"}};
  REQUIRE(send(request));
  CHECK(seen.starts_with("PUT /m HTTP/1.1\r\n"));
  CHECK(has_header_line(seen, "content-type: application/json"));
  CHECK_FALSE(has_header_line(seen, "expect: 100-continue"));
  CHECK(seen.ends_with("\r\n\r\n" + std::string(request.body.view())));

  request.method = "POST";
  request.body = {};
  request.headers.clear();
  REQUIRE(send(request));
  CHECK(seen.starts_with("POST /m HTTP/1.1\r\n"));
  CHECK(has_header_line(seen, "content-length: 0"));
  CHECK(seen.find("ontent-Type") == std::string::npos);

  request.method = "DELETE";
  REQUIRE(send(request));
  CHECK(seen.starts_with("DELETE /m HTTP/1.1\r\n"));
}

TEST_CASE("curl: a body shorter than announced is a broken connection") {
  const auto response = get_bytes("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this");
  REQUIRE_FALSE(response);
  CHECK(response.error().kind == ErrorKind::unavailable);
  CHECK(response.error().message.find("127.0.0.1") != std::string::npos);
}

TEST_CASE("curl: a chunked body that breaks off is a broken connection") {
  const auto response =
      get_bytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nonly this");
  REQUIRE_FALSE(response);
  CHECK(response.error().kind == ErrorKind::unavailable);
}

TEST_CASE("curl: a body over the limit is a bad response, announced or not") {
  LoopbackServer server([](Connection& connection) {
    const bool announced = connection.read_request().starts_with("GET /announced");
    connection.write(announced ? "HTTP/1.1 200 OK\r\nContent-Length: 100000000000\r\n\r\n"
                               : "HTTP/1.1 200 OK\r\n\r\n");
    const std::string piece(65536, 'x');
    while (connection.write(piece)) {
    }
  });
  for (const char* path : {"/announced", "/endless"}) {
    HttpRequest request = get(server.url(path));
    request.max_body = 1U << 20U;
    const auto response = send(request);
    REQUIRE_FALSE(response);
    CHECK(response.error().kind == ErrorKind::bad_response);
    CHECK(response.error().message.find("longer than 1.0 MiB") != std::string::npos);
  }
}

TEST_CASE("curl: a body of exactly the limit is taken") {
  LoopbackServer server(answering(
      [](const std::string&) { return http_answer("200 OK", "", std::string(1000, 'x')); }));
  HttpRequest request = get(server.url("/"));
  request.max_body = 1000;
  const auto response = send(request);
  REQUIRE(response);
  CHECK(response->body.size() == 1000);
}

TEST_CASE("curl: a server that does not speak HTTP gives a bad response") {
  for (const char* bytes :
       {"SSH-2.0-OpenSSH_9.2\r\n\r\n", "HTTP/1.1 abc\r\n\r\n", "HTTP/9.9 200 OK\r\n\r\n"}) {
    CAPTURE(bytes);
    const auto response = get_bytes(bytes);
    REQUIRE_FALSE(response);
    CHECK(response.error().kind == ErrorKind::bad_response);
  }
}

TEST_CASE("curl: endless headers are a bad response") {
  LoopbackServer server([](Connection& connection) {
    connection.read_request();
    connection.write("HTTP/1.1 200 OK\r\n");
    const std::string header = "X-Filler: " + std::string(10'000, 'x') + "\r\n";
    while (connection.write(header)) {
    }
  });
  const auto response = send(get(server.url("/")));
  REQUIRE_FALSE(response);
  CHECK(response.error().kind == ErrorKind::bad_response);
}

TEST_CASE("curl: a server that says nothing is timed out and named") {
  LoopbackServer server([](Connection& connection) { connection.wait_until_closed(); });
  HttpRequest request = get(server.url("/v2/?token=hunter2"));
  request.timeout = 300ms;
  const auto start = std::chrono::steady_clock::now();
  const auto response = send(request);
  CHECK(std::chrono::steady_clock::now() - start < 10s);
  REQUIRE_FALSE(response);
  CHECK(response.error().kind == ErrorKind::timed_out);
  CHECK(response.error().message ==
        "no complete answer from 127.0.0.1:" + std::to_string(server.port()) + " within 300 ms");
}

TEST_CASE("curl: the timeout holds for the whole exchange, however much trickles in") {
  LoopbackServer server([](Connection& connection) {
    connection.read_request();
    connection.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
    while (connection.write("x")) {
      std::this_thread::sleep_for(20ms);
    }
  });
  HttpRequest request = get(server.url("/"));
  request.timeout = 400ms;
  const auto response = send(request);
  REQUIRE_FALSE(response);
  CHECK(response.error().kind == ErrorKind::timed_out);
}

TEST_CASE("curl: a reset and an empty answer mean unavailable") {
  LoopbackServer server([](Connection& connection) {
    if (connection.read_request().starts_with("GET /reset")) {
      connection.reset();
    }
  });
  for (const char* path : {"/reset", "/empty"}) {
    const auto response = send(get(server.url(path)));
    REQUIRE_FALSE(response);
    CHECK(response.error().kind == ErrorKind::unavailable);
    CHECK(response.error().message.find("127.0.0.1:") != std::string::npos);
  }
}

TEST_CASE("curl: a refused connection means unavailable and names the host") {
  int port = 0;
  {
    const LoopbackServer server([](Connection&) {});
    port = server.port();
  }
  const auto response = send(get("http://127.0.0.1:" + std::to_string(port) + "/?secret=hunter2"));
  REQUIRE_FALSE(response);
  CHECK(response.error().kind == ErrorKind::unavailable);
  CHECK(
      response.error().message.starts_with("cannot connect to 127.0.0.1:" + std::to_string(port)));
  CHECK(response.error().message.find("hunter2") == std::string::npos);
}

TEST_CASE("curl: a name nobody knows means unavailable and is quoted") {
  HttpRequest request = get("http://no-such-host.invalid/");
  const auto response = send(request);
  REQUIRE_FALSE(response);
  CHECK((response.error().kind == ErrorKind::unavailable ||
         response.error().kind == ErrorKind::timed_out));  // where no DNS server answers
  CHECK(response.error().message.find("no-such-host.invalid") != std::string::npos);
}

TEST_CASE("curl: localhost and its subdomains lead to loopback") {
  LoopbackServer server(
      answering([](const std::string&) { return http_answer("200 OK", "", ""); }));
  for (const std::string host : {"localhost", "registry.localhost", "LOCALHOST"}) {
    CAPTURE(host);
    CHECK(send(get("http://" + host + ":" + std::to_string(server.port()) + "/")));
  }
}

TEST_CASE("curl: a stop request ends a waiting exchange at once") {
  LoopbackServer server([](Connection& connection) { connection.wait_until_closed(); });
  std::stop_source stop;
  HttpRequest request = get(server.url("/"));
  request.timeout = 60s;
  request.stop = stop.get_token();
  std::jthread stopper([&stop] {
    std::this_thread::sleep_for(100ms);
    stop.request_stop();
  });
  const auto start = std::chrono::steady_clock::now();
  const auto response = send(request);
  CHECK(std::chrono::steady_clock::now() - start < 20s);
  REQUIRE_FALSE(response);
  CHECK(response.error().kind == ErrorKind::cancelled);
  const auto again = send(request);
  REQUIRE_FALSE(again);
  CHECK(again.error().kind == ErrorKind::cancelled);
}

TEST_CASE("curl: interim answers and trailers add no headers") {
  const auto response = get_bytes(
      "HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\n"
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
      "2\r\nok\r\n0\r\nDocker-Content-Digest: forged\r\n\r\n");
  REQUIRE(response);
  CHECK(response->body == "ok");
  CHECK_FALSE(response->header("x-early"));
  CHECK_FALSE(response->header("docker-content-digest"));
}

TEST_CASE("curl: requests that could smuggle something are not sent") {
  LoopbackServer server(
      answering([](const std::string&) { return http_answer("200 OK", "", ""); }));
  HttpRequest request = get(server.url("/"));
  request.headers = {{"X-A", "b\r\nX-Evil: 1"}};
  CHECK(send(request).error().kind == ErrorKind::internal);
  request.headers = {{"X A", "b"}};
  CHECK(send(request).error().kind == ErrorKind::internal);
  request.headers.clear();
  request.method = "GET / HTTP/1.1\r\nX-Evil: 1\r\n\r\nGET";
  CHECK(send(request).error().kind == ErrorKind::internal);
  for (const std::string url : {"ftp://127.0.0.1/",
                                "file:///etc/passwd",
                                "/v2/",
                                "",
                                "http://user:hunter2@127.0.0.1/",
                                "http://127.0.0.1/\r\nx"}) {
    CAPTURE(url);
    const auto response = send(get(url));
    REQUIRE_FALSE(response);
    CHECK(response.error().kind == ErrorKind::bad_response);
    CHECK(response.error().message.find("hunter2") == std::string::npos);
  }
  CHECK(server.connections() == 0);
}

TEST_CASE("curl: requests one after the other share a connection") {
  LoopbackServer server(
      answering([](const std::string&) { return http_answer("200 OK", "", "x"); }));
  CurlHttp http{Environment()};
  for (int i = 0; i < 5; ++i) {
    CHECK(http.send(get(server.url("/"))));
  }
  CHECK(server.connections() == 1);
}

TEST_CASE("curl: many threads send at the same time") {
  LoopbackServer server(answering([](const std::string& request) {
    std::this_thread::sleep_for(50ms);
    return http_answer("200 OK", "", request.substr(0, request.find(" HTTP")));
  }));
  CurlHttp http{Environment()};
  std::vector<std::string> bodies(64);
  const auto start = std::chrono::steady_clock::now();
  for_each_parallel(bodies.size(), 32, [&](std::size_t i) {
    const auto response = http.send(get(server.url("/" + std::to_string(i))));
    bodies[i] = response ? response->body : response.error().message;
  });
  CHECK(std::chrono::steady_clock::now() - start < 3s);  // one by one it would be 3.2 s
  for (std::size_t i = 0; i < bodies.size(); ++i) {
    CHECK(bodies[i] == "GET /" + std::to_string(i));
  }
}

TEST_CASE("curl: some threads stop while others finish") {
  LoopbackServer server([](Connection& connection) {
    for (std::string request = connection.read_request(); !request.empty();
         request = connection.read_request()) {
      if (request.starts_with("GET /hang")) {
        connection.wait_until_closed();
        return;
      }
      connection.write(http_answer("200 OK", "", ""));
    }
  });
  CurlHttp http{Environment()};
  std::stop_source stop;
  std::jthread stopper([&stop] {
    std::this_thread::sleep_for(150ms);
    stop.request_stop();
  });
  std::vector<int> outcomes(32);
  for_each_parallel(outcomes.size(), 32, [&](std::size_t i) {
    HttpRequest request = get(server.url(i % 2 == 0 ? "/hang" : "/go"));
    request.timeout = 30s;
    request.stop = i % 2 == 0 ? stop.get_token() : std::stop_token();
    const auto response = http.send(request);
    outcomes[i] = response ? 1 : (response.error().kind == ErrorKind::cancelled ? 2 : 3);
  });
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    CHECK(outcomes[i] == (i % 2 == 0 ? 2 : 1));
  }
}

TEST_CASE("curl: a unix socket is spoken to as a host is") {
  const TemporaryFolder folder;
  std::string seen;
  LoopbackServer server(answering([&seen](const std::string& request) {
                          seen = request;
                          return http_answer("200 OK", "", "docker");
                        }),
                        nullptr,
                        folder / "socket");
  HttpRequest request = get("http://docker/info");
  request.unix_socket = folder / "socket";
  const auto response = send(request);
  REQUIRE(response);
  CHECK(response->body == "docker");
  CHECK(seen.starts_with("GET /info HTTP/1.1\r\nHost: docker\r\n"));
}
