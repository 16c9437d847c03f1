// Conformance: registries that want to be left alone for a while.
#include "unit/registry/whole_client.hpp"

#include <doctest/doctest.h>

#include <ctime>

namespace buildcache::registry {
namespace {

using namespace std::chrono_literals;

// A date so many seconds from now, as HTTP writes it.
std::string date_in(int seconds) {
  const std::time_t when = std::time(nullptr) + seconds;
  std::tm parts{};
  ::gmtime_r(&when, &parts);
  std::array<char, 64> text{};
  const std::size_t size =
      std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return {text.data(), size};
}

constexpr const char* kGhcrBody =
    R"({"errors":[{"code":"TOOMANYREQUESTS","message":"retry-after: 30ms, allowed: 2000/minute"}]})";

}  // namespace

TEST_CASE("conformance: which answers are worth another attempt") {
  for (const auto& [first, again] : {std::pair(408, true),
                                     {425, false},
                                     {429, true},
                                     {500, true},
                                     {501, false},
                                     {502, true},
                                     {503, true},
                                     {504, true},
                                     {505, false},
                                     {522, true},
                                     {400, false},
                                     {403, false},
                                     {404, false},
                                     {418, false}}) {
    const int status = first;
    CAPTURE(status);
    WholeClient c([status](const ServerRequest&, int n) {
      return n == 0 ? reply(status) : manifest_reply();
    });
    CHECK((c.get() == "ok") == again);
    CHECK(c.server.asked().size() == (again ? 2U : 1U));
  }
}

TEST_CASE("conformance: a registry that stays busy is asked four times and no more") {
  for (const int status : {429, 500, 503}) {
    WholeClient c([status](const ServerRequest&, int) { return reply(status); });
    CHECK(c.head() == "unavailable");
    CHECK(c.server.asked().size() == 4);
  }
}

TEST_CASE("conformance: Retry-After in every form") {
  struct Case {
    const char* name;
    ServerReply reply;
    std::size_t requests;  // 1: so long a pause gets no further attempt
    std::chrono::milliseconds at_least;
  };
  const auto after = [](const std::string& value) {
    return reply(429, "", {{"Retry-After", value}});
  };
  const std::vector<Case> cases = {
      {"a date to come", after(date_in(3)), 2, 500ms},
      {"0", after("0"), 2, 0ms},
      {"1", after("1"), 2, 900ms},
      {"a date gone by", after(date_in(-3600)), 2, 0ms},
      {"a date far away", after(date_in(24 * 3600)), 1, 0ms},
      {"an hour", after("3600"), 1, 0ms},
      {"for ever", after("99999999999999999999999999"), 1, 0ms},
      {"negative", after("-5"), 2, 0ms},
      {"a fraction", after("1.5"), 2, 0ms},
      {"garbage", after("soon"), 2, 0ms},
      {"an impossible date", after("Sun, 31 Feb 2027 25:61:61 GMT"), 2, 0ms},
      {"nothing", after(""), 2, 0ms},
      {"GHCR's body", reply(429, kGhcrBody), 2, 30ms},
      {"a body that only looks like it", reply(429, "retry-after: a while"), 2, 0ms},
      {"with 503", reply(503, "", {{"Retry-After", "0"}}), 2, 0ms}};
  for (const Case& one : cases) {
    CAPTURE(std::string(one.name));
    WholeClient c(
        [&one](const ServerRequest&, int n) { return n == 0 ? one.reply : manifest_reply(); });
    c.limits.timeout = 10s;
    const auto start = std::chrono::steady_clock::now();
    CHECK(c.get() == (one.requests == 2 ? "ok" : "unavailable"));
    const auto took = std::chrono::steady_clock::now() - start;
    CHECK(c.server.asked().size() == one.requests);
    CHECK(took >= one.at_least);
    CHECK(took < 9s);
  }
}

TEST_CASE("conformance: a pause beyond the deadline is not begun") {
  WholeClient c([](const ServerRequest&, int) { return reply(503, "", {{"Retry-After", "2"}}); });
  c.limits.timeout = 500ms;
  const auto start = std::chrono::steady_clock::now();
  CHECK(c.get() == "unavailable");
  CHECK(std::chrono::steady_clock::now() - start < 1500ms);
}

TEST_CASE("conformance: a busy token service is asked again by GET, not with an identity token") {
  WholeClient c(
      [](const ServerRequest& request, int n) {
        if (request.target.starts_with("/token")) {
          return n == 0 ? reply(503) : reply(200, R"({"token":"t1"})");
        }
        return request.header("authorization").empty()
                   ? reply(401,
                           "",
                           {{"WWW-Authenticate",
                             "Bearer realm=\"http://" + request.header("host") + "/token\""}})
                   : manifest_reply();
      },
      {login_of("me", "pass")});
  CHECK(c.get() == "ok");
  CHECK(c.server.asked().size() == 4);
}

TEST_CASE("conformance: a write that is turned away is not sent again") {
  for (const int status : {429, 500, 503}) {
    WholeClient c([status](const ServerRequest&, int) {
      return reply(status, "", {{"Retry-After", "0"}});
    });
    CHECK(c.put() == "unavailable");
    CHECK(c.remove() == "unavailable");
    CHECK(c.server.asked().size() == 2);
  }
}

}  // namespace buildcache::registry
