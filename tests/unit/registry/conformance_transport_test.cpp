// Conformance: registries whose connections fail on the way.
#include "unit/registry/whole_client.hpp"

#include <doctest/doctest.h>

#include <thread>

namespace buildcache::registry {
namespace {

using namespace std::chrono_literals;
using Manner = ServerReply::Manner;

constexpr int kAttempts = 4;

ServerReply raw(const std::string& bytes) {
  return in_manner(Manner::raw, reply(200, bytes));
}

struct Fault {
  const char* name;
  ServerReply reply;
  const char* kind;
  int requests;  // sent until the client gives up
};

std::vector<Fault> faults() {
  return {
      {"closed without an answer", raw(""), "unavailable", kAttempts},
      {"reset in the middle of the body",
       in_manner(Manner::reset, manifest_reply()),
       "unavailable",
       kAttempts},
      {"a body shorter than announced",
       raw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}"),
       "unavailable",
       kAttempts},
      {"chunks that break off",
       raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{"),
       "unavailable",
       kAttempts},
      {"headers that break off", raw("HTTP/1.1 200 OK\r\nContent-Le"), "unavailable", kAttempts},
      {"no HTTP at all", raw("SSH-2.0-OpenSSH_9.2\r\n"), "bad_response", 1},
      {"a length that is none",
       raw("HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n{}"),
       "bad_response",
       1},
      {"more than a manifest may have",
       manifest_reply(std::string((4U << 20U) + 1, ' ')),
       "bad_response",
       1}};
}

std::chrono::milliseconds duration_of(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                               start);
}

}  // namespace

TEST_CASE("conformance: broken transfers are told by their kind, and tried again where it helps") {
  for (const Fault& fault : faults()) {
    CAPTURE(std::string(fault.name));
    WholeClient c([&fault](const ServerRequest&, int) { return fault.reply; });
    CHECK(c.get() == fault.kind);
    CHECK(c.server.asked().size() == static_cast<std::size_t>(fault.requests));
  }
}

TEST_CASE("conformance: what breaks once is read at the second attempt") {
  for (const Fault& fault : faults()) {
    CAPTURE(std::string(fault.name));
    WholeClient c(
        [&fault](const ServerRequest&, int n) { return n == 0 ? fault.reply : manifest_reply(); });
    CHECK(c.get() == (fault.requests > 1 ? "ok" : fault.kind));
  }
}

TEST_CASE("conformance: blobs are held to the same") {
  const std::string content(10'000, 'x');
  const core::Digest digest = core::Digest::of(content);
  WholeClient once([&](const ServerRequest&, int n) {
    return n == 0 ? in_manner(Manner::reset, reply(200, content)) : reply(200, content);
  });
  CHECK(once.blob(digest) == "ok");
  WholeClient always(
      [&](const ServerRequest&, int) { return in_manner(Manner::reset, reply(200, content)); });
  CHECK(always.blob(digest) == "unavailable");
  WholeClient larger(
      [](const ServerRequest&, int) { return reply(200, std::string(2U << 20U, 'x')); });
  CHECK(larger.blob(digest) == "bad_response");
}

TEST_CASE("conformance: a write that breaks is sent once, for nobody knows whether it was done") {
  WholeClient c([](const ServerRequest&, int) { return raw(""); });
  CHECK(c.put() == "unavailable");
  CHECK(c.server.asked() == std::vector<std::string>{"PUT /v2/acme/cache/manifests/t"});
}

TEST_CASE("conformance: silence and a trickle end with the deadline, retries included") {
  for (const Manner manner : {Manner::silent, Manner::trickle}) {
    WholeClient c(
        [manner](const ServerRequest&, int) { return in_manner(manner, manifest_reply()); });
    c.limits.timeout = 400ms;
    const auto took = duration_of([&c] { CHECK(c.get() == "timed_out"); });
    CHECK(took >= 300ms);
    CHECK(took < 5s);
  }
}

TEST_CASE("conformance: a token service that says nothing ends with the same deadline") {
  WholeClient c([](const ServerRequest& request, int) {
    return request.target.starts_with("/token")
               ? in_manner(Manner::silent, reply(200))
               : reply(401,
                       "",
                       {{"WWW-Authenticate",
                         "Bearer realm=\"http://" + request.header("host") + "/token\""}});
  });
  c.limits.timeout = 400ms;
  const auto took = duration_of([&c] { CHECK(c.head() == "timed_out"); });
  CHECK(took < 5s);
}

TEST_CASE("conformance: a stop request ends a waiting call, whatever it waits for") {
  for (const bool between_attempts : {false, true}) {
    WholeClient c([between_attempts](const ServerRequest&, int) {
      return between_attempts ? reply(503, "", {{"Retry-After", "25"}})
                              : in_manner(Manner::silent, reply(200));
    });
    std::stop_source stop;
    c.limits = {std::chrono::seconds(60), stop.get_token()};
    std::jthread stopper([&stop] {
      std::this_thread::sleep_for(100ms);
      stop.request_stop();
    });
    const auto took = duration_of([&c] { CHECK(c.head() == "cancelled"); });
    CHECK(took < 15s);
  }
}

TEST_CASE("conformance: nobody listening is unavailable") {
  WholeClient c([](const ServerRequest&, int) { return reply(200); });
  c.repository.host = "127.0.0.1:1";
  CHECK(c.head() == "unavailable");
  CHECK(c.server.asked().empty());
}

}  // namespace buildcache::registry
