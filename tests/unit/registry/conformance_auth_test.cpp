// Conformance: challenges and tokens as registries get them wrong, and as hostile ones would.
#include "unit/registry/whole_client.hpp"

#include <doctest/doctest.h>

#include <atomic>

namespace buildcache::registry {
namespace {

using Headers = std::vector<std::pair<std::string, std::string>>;

constexpr const char* kBasic = "Basic bWU6cGFzcw==";  // me:pass

std::string bearer(const ServerRequest& request, const std::string& more = {}) {
  return "Bearer realm=\"http://" + request.header("host") + R"(/token",service="s")" + more;
}

bool is_token(const ServerRequest& request) {
  return request.target.starts_with("/token");
}

// Whether the request comes with the token `token`.
bool has(const ServerRequest& request, const std::string& token) {
  return request.header("authorization") == "Bearer " + token;
}

std::size_t tokens_asked(WholeClient& c) {
  const auto requests = c.server.requests();
  return static_cast<std::size_t>(std::ranges::count_if(requests, is_token));
}

}  // namespace

TEST_CASE("conformance: one of several challenges that can be answered is found") {
  const auto challenges_of = [](const ServerRequest& request, int number) -> Headers {
    const std::string own = bearer(request);
    const std::vector<std::vector<std::string>> all = {
        {own},
        {own, own},
        {"Negotiate", own},
        {"Basic realm=\"x\"", own},
        {own, "Basic realm=\"x\""},
        {"Negotiate, Basic realm=\"a, b\", " + own},
        {"Bearer realm=", own},
        {"bEARER  realm = \"http://" + request.header("host") + "/token\" , service = s"},
        {bearer(request, ",scope=\"repository:other/thing:push\"")},
        {bearer(request, R"(,error="invalid_token",error_description="x \" y")")}};
    Headers headers;
    for (const std::string& value : all.at(static_cast<std::size_t>(number))) {
      headers.emplace_back("WWW-Authenticate", value);
    }
    return headers;
  };
  for (int number = 0; number < 10; ++number) {
    CAPTURE(number);
    WholeClient c(
        [&](const ServerRequest& request, int) {
          if (is_token(request)) {
            return request.header("authorization") == kBasic ? reply(200, R"({"token":"t1"})")
                                                             : reply(401);
          }
          return has(request, "t1") ? manifest_reply()
                                    : reply(401, "", challenges_of(request, number));
        },
        {login_of("me", "pass")});
    CHECK(c.get() == "ok");
    CHECK(c.server.asked().at(1) ==
          std::string("GET /token?service=s&scope=repository%3Aacme%2Fcache%3Apull") +
              "&client_id=buildcache&account=me");
  }
}

TEST_CASE("conformance: challenges nobody can answer leave a 401, with one request") {
  for (const char* challenge : {"",
                                "Negotiate",
                                "Bearer",
                                "Bearer realm=\"\"",
                                "Bearer service=\"s\"",
                                "Bearer realm=\"ftp://x/token\"",
                                "Bearer realm=\"http://me:pass@127.0.0.1/token\"",
                                R"(Bearer realm="http://127.0.0.1",realm="http://b")",
                                "\x01\x02"}) {
    CAPTURE(std::string(challenge));
    WholeClient c(
        [challenge](const ServerRequest&, int) {
          return reply(401, "", {{"WWW-Authenticate", challenge}});
        },
        {login_of("me", "pass")});
    CHECK(c.get() == "unauthorized");
    CHECK(c.server.asked().size() == 1);
  }
}

TEST_CASE("conformance: what a token service may answer, and may not") {
  struct Case {
    const char* name;
    ServerReply reply;
    const char* outcome;
  };
  const std::vector<Case> cases = {
      {"token", reply(200, R"({"token":"t1"})"), "ok"},
      {"access_token", reply(200, R"({"access_token":"t1"})"), "ok"},
      {"both", reply(200, R"({"token":"t1","access_token":"t2"})"), "ok"},
      {"no life", reply(200, R"({"token":"t1","expires_in":0})"), "ok"},
      {"a negative life", reply(200, R"({"token":"t1","expires_in":-7})"), "ok"},
      {"an endless life", reply(200, R"({"token":"t1","expires_in":1e300})"), "ok"},
      {"a life in words", reply(200, R"({"token":"t1","expires_in":"soon"})"), "ok"},
      {"nothing", reply(200), "bad_response"},
      {"half", reply(200, R"({"token":"t)"), "bad_response"},
      {"no token", reply(200, R"({"tokens":["t1"]})"), "bad_response"},
      {"an empty token", reply(200, R"({"token":""})"), "bad_response"},
      {"a token of two lines", reply(200, R"({"token":"t1\r\nX-Evil: y"})"), "bad_response"},
      {"a number", reply(200, R"({"token":1})"), "bad_response"},
      {"too much", reply(200, R"({"token":")" + std::string(70'000, 'x') + "\"}"), "bad_response"},
      {"a page", reply(200, "<html>log in</html>"), "bad_response"},
      {"401", reply(401, R"({"details":"no such user"})"), "unauthorized"},
      {"403", reply(403), "forbidden"},
      {"404", reply(404), "not_found"},
      {"a redirect", reply(302, "", {{"Location", "http://127.0.0.1:1/token"}}), "bad_response"}};
  for (const Case& one : cases) {
    CAPTURE(std::string(one.name));
    WholeClient c(
        [&one](const ServerRequest& request, int) {
          return is_token(request)    ? one.reply
                 : has(request, "t1") ? manifest_reply()
                                      : reply(401, "", {{"WWW-Authenticate", bearer(request)}});
        },
        {login_of("me", "pass")});
    const auto read = c.client.get_manifest(c.repository, "t", c.limits);
    CHECK(WholeClient::outcome(read) == one.outcome);
    CHECK((read ? "" : core::describe(read.error())).find("pass") == std::string::npos);
    CHECK(tokens_asked(c) == 1);
  }
}

TEST_CASE("conformance: a registry that never takes a token is not asked for ever") {
  WholeClient c(
      [](const ServerRequest& request, int n) {
        return is_token(request) ? reply(200, R"({"token":"t)" + std::to_string(n) + "\"}")
                                 : reply(401, "", {{"WWW-Authenticate", bearer(request)}});
      },
      {login_of("me", "pass")});
  for (int call = 0; call < 3; ++call) {
    CHECK(c.get() == "unauthorized");
  }
  CHECK(c.server.asked().size() <= 12);
  WholeClient basic(
      [](const ServerRequest&, int) {
        return reply(401, "", {{"WWW-Authenticate", "Basic realm=\"x\""}});
      },
      {login_of("me", "pass")});
  CHECK(basic.get() == "unauthorized");
  CHECK(basic.server.asked().size() == 2);
}

TEST_CASE("conformance: tokens that end between pages are renewed, and the list goes on") {
  std::atomic<int> current = 0;
  WholeClient c(
      [&current](const ServerRequest& request, int) {
        if (is_token(request)) {
          return reply(200,
                       R"({"token":"t)" + std::to_string(++current) + R"(","expires_in":300})");
        }
        if (!has(request, "t" + std::to_string(current))) {
          return reply(
              401, "", {{"WWW-Authenticate", bearer(request, ",error=\"invalid_token\"")}});
        }
        // The token ends with the first page.
        const bool first = request.target.find("last=") == std::string::npos;
        current += first ? 1 : 0;
        return first ? reply(200,
                             R"({"tags":["a"]})",
                             {{"Link", "</v2/acme/cache/tags/list?last=a>; rel=\"next\""}})
                     : reply(200, R"({"tags":["b"]})");
      },
      {login_of("me", "pass")});
  const auto tags = c.client.list_tags(c.repository, 10, c.limits);
  REQUIRE(tags);
  CHECK(*tags == std::vector<std::string>{"a", "b"});
  CHECK(tokens_asked(c) == 2);
}

TEST_CASE("conformance: too small a scope is widened to what the registry names, once") {
  const std::string wide = "repository:acme/cache:pull,push";
  const auto script = [&wide](const std::string& named, bool enough) {
    return [&wide, named, enough](const ServerRequest& request, int) {
      if (is_token(request)) {
        const bool pushes = request.target.find("push") != std::string::npos;
        return reply(200, pushes ? R"({"token":"wide"})" : R"({"token":"narrow"})");
      }
      if (enough && has(request, "wide")) {
        return manifest_reply();
      }
      return request.header("authorization").empty()
                 ? reply(401, "", {{"WWW-Authenticate", bearer(request)}})
                 : reply(401,
                         "",
                         {{"WWW-Authenticate",
                           bearer(request,
                                  R"(,error="insufficient_scope",scope=")" + named + "\"")}});
    };
  };
  WholeClient widened(script(wide, true), {login_of("me", "pass")});
  CHECK(widened.get() == "ok");
  CHECK(tokens_asked(widened) == 2);
  WholeClient never(script(wide, false), {login_of("me", "pass")});
  CHECK(never.get() == "unauthorized");
  CHECK(tokens_asked(never) == 2);
  // Another repository is none of our business.
  WholeClient foreign(script("repository:secret/other:pull,push", true), {login_of("me", "pass")});
  CHECK(foreign.get() == "unauthorized");
  CHECK(tokens_asked(foreign) == 1);
}

TEST_CASE("conformance: scopes are asked for by what is done") {
  WholeClient c(
      [](const ServerRequest& request, int) {
        if (is_token(request)) {
          return reply(200, R"({"token":"t1"})");
        }
        if (!has(request, "t1")) {
          return reply(401, "", {{"WWW-Authenticate", bearer(request)}});
        }
        return request.method == "PUT" ? reply(201) : manifest_reply();
      },
      {login_of("me", "pass")});
  CHECK(c.head() == "ok");
  CHECK(c.get() == "ok");
  CHECK(c.put() == "ok");
  std::vector<std::string> scopes;
  for (const ServerRequest& request : c.server.requests()) {
    if (is_token(request)) {
      const std::size_t begin = request.target.find("scope=") + 6;
      scopes.push_back(request.target.substr(begin, request.target.find('&', begin) - begin));
    }
  }
  CHECK(scopes == std::vector<std::string>{"repository%3Aacme%2Fcache%3Apull",
                                           "repository%3Aacme%2Fcache%3Apull%2Cpush"});
}

TEST_CASE("conformance: no realm on the inside for a registry on the outside") {
  for (const char* realm : {"http://127.0.0.1:PORT/token",
                            "https://127.0.0.1:PORT/token",
                            "http://localhost:PORT/token",
                            "http://[::1]:PORT/token",
                            "http://0x7f000001:PORT/token",
                            "http://2130706433:PORT/token",
                            "http://127.1:PORT/token",
                            "http://10.0.0.1/token",
                            "http://169.254.169.254/latest/meta-data",
                            "http://[::ffff:127.0.0.1]:PORT/token",
                            "http://auth.example/token"}) {
    CAPTURE(std::string(realm));
    WholeClient* self = nullptr;
    WholeClient c(
        [&self, realm](const ServerRequest&, int) {
          std::string named = realm;
          if (const std::size_t port = named.find("PORT"); port != std::string::npos) {
            named.replace(port, 4, self->server.host().substr(10));
          }
          return reply(401, "", {{"WWW-Authenticate", "Bearer realm=\"" + named + "\""}});
        },
        {login_of("me", "pass", "registry.example")},
        WholeClient::as_proxy());
    self = &c;
    c.repository.host = "registry.example";
    CHECK(c.get() == "unauthorized");
    CHECK(c.server.asked() ==
          std::vector<std::string>{"GET http://registry.example/v2/acme/cache/manifests/t"});
    CHECK(c.server.requests().front().header("authorization").empty());
  }
}

}  // namespace buildcache::registry
