// Conformance: where a registry may send who asks it: redirects and further pages.
#include "unit/registry/whole_client.hpp"

#include <doctest/doctest.h>

#include <memory>

namespace buildcache::registry {
namespace {

using Strings = std::vector<std::string>;

// Answers a login by Basic, everything else after it by `script`.
Script behind_basic(Script script) {
  return [script = std::move(script)](const ServerRequest& request, int n) {
    return request.header("authorization").empty()
               ? reply(401, "", {{"WWW-Authenticate", "Basic realm=\"x\""}})
               : script(request, n);
  };
}

ServerReply to(const std::string& place, int status = 307) {
  return reply(status, "", {{"Location", place}});
}

}  // namespace

TEST_CASE("conformance: reads follow redirects; credentials stay with their own server") {
  const std::string content = "content";
  ScriptedServer other([&content](const ServerRequest&, int) { return reply(200, content); });
  for (const int status : {301, 302, 303, 307, 308}) {
    CAPTURE(status);
    WholeClient c(behind_basic([&](const ServerRequest&, int) {
                    return to(other.url("/signed?x=1"), status);
                  }),
                  {login_of("me", "pass")});
    CHECK(c.blob(core::Digest::of(content)) == "ok");
  }
  for (const ServerRequest& request : other.requests()) {
    CHECK(request.target == "/signed?x=1");
    CHECK(request.header("authorization").empty());
    CHECK(request.header("cookie").empty());
  }
  WholeClient home(behind_basic([&content](const ServerRequest& request, int) {
                     return request.target == "/elsewhere" ? reply(200, content) : to("/elsewhere");
                   }),
                   {login_of("me", "pass")});
  CHECK(home.blob(core::Digest::of(content)) == "ok");
  CHECK_FALSE(home.server.requests().back().header("authorization").empty());
}

TEST_CASE("conformance: redirects that lead nowhere, round and round, or without a place") {
  for (const char* place : {"http://", "ftp://x/y", "http://me:pass@127.0.0.1/"}) {
    CAPTURE(std::string(place));
    WholeClient c([place](const ServerRequest&, int) { return to(place); });
    CHECK(c.get() == "bad_response");
    CHECK(c.server.asked().size() == 1);
  }
  WholeClient bare([](const ServerRequest&, int) { return reply(302); });
  CHECK(bare.get() == "bad_response");
  CHECK(bare.server.asked().size() == 1);
  WholeClient round([](const ServerRequest& request, int) { return to(request.target); });
  CHECK(round.get() == "bad_response");
  CHECK(round.server.asked().size() == 6);
}

TEST_CASE("conformance: no registry on the outside leads to a host on the inside") {
  for (const char* place : {"http://127.0.0.1:1/x",
                            "http://localhost/x",
                            "http://[::1]/x",
                            "http://10.1.2.3/x",
                            "http://192.168.0.1/x",
                            "http://169.254.169.254/latest/meta-data",
                            "http://0/x",
                            "http://0x7f.1/x"}) {
    CAPTURE(std::string(place));
    WholeClient c([place](const ServerRequest&, int) { return to(place); },
                  {login_of("me", "pass", "registry.example")},
                  WholeClient::as_proxy());
    c.repository.host = "registry.example";
    CHECK(c.get() == "bad_response");
    CHECK(c.server.asked() == Strings{"GET http://registry.example/v2/acme/cache/manifests/t"});
  }
  WholeClient outside(
      [](const ServerRequest& request, int) {
        return request.target.starts_with("http://cdn.example/") ? manifest_reply()
                                                                 : to("http://cdn.example/x");
      },
      {login_of("me", "pass", "registry.example")},
      WholeClient::as_proxy());
  outside.repository.host = "registry.example";
  CHECK(outside.get() == "ok");
}

TEST_CASE("conformance: writes go nowhere else") {
  for (const int status : {301, 307, 308}) {
    ScriptedServer other([](const ServerRequest&, int) { return reply(201); });
    WholeClient c([&](const ServerRequest&, int) { return to(other.url("/x"), status); });
    CHECK(c.put() == "bad_response");
    CHECK(c.remove() == "bad_response");
    CHECK(other.asked().empty());
  }
}

TEST_CASE("conformance: tag lists go on at the same server alone, and end") {
  struct Case {
    const char* name;
    std::string link;  // of the first page
    const char* outcome;
    std::size_t requests;
  };
  const std::vector<Case> cases = {
      {"none", "", "ok", 1},
      {"relative", "</v2/acme/cache/tags/list?last=a>; rel=\"next\"", "ok", 2},
      {"relative to the page", "<list?last=a>; rel=\"next\"", "ok", 2},
      {"without quotes", "</v2/acme/cache/tags/list?last=a>; rel=next", "ok", 2},
      {"another relation", "</v2/acme/cache/tags/list?last=a>; rel=\"prev\"", "ok", 1},
      {"another server",
       "<http://127.0.0.1:1/v2/acme/cache/tags/list>; rel=\"next\"",
       "bad_response",
       1},
      {"another scheme", "<ftp://127.0.0.1/>; rel=\"next\"", "bad_response", 1},
      {"garbage", "next", "ok", 1}};
  for (const Case& one : cases) {
    CAPTURE(std::string(one.name));
    WholeClient c([&one](const ServerRequest& request, int) {
      const bool first = request.target.find("last=") == std::string::npos;
      return first ? reply(200, R"({"tags":["a"]})", {{"Link", one.link}})
                   : reply(200, R"({"tags":["b"]})");
    });
    CHECK(c.list() == one.outcome);
    CHECK(c.server.asked().size() == one.requests);
  }
}

TEST_CASE("conformance: endless tag lists end") {
  WholeClient round([](const ServerRequest&, int) {
    return reply(
        200, R"({"tags":["a"]})", {{"Link", "</v2/acme/cache/tags/list?n=1>; rel=\"next\""}});
  });
  CHECK(round.list() == "ok");
  CHECK(round.server.asked().size() == 2);
  WholeClient on([](const ServerRequest&, int n) {
    return reply(
        200,
        R"({"tags":["a"]})",
        {{"Link", "</v2/acme/cache/tags/list?last=" + std::to_string(n) + ">; rel=\"next\""}});
  });
  CHECK(WholeClient::outcome(on.client.list_tags(on.repository, 20, on.limits)) == "ok");
  CHECK(on.server.asked().size() == 20);
}

TEST_CASE("conformance: tag lists that are none") {
  for (const char* body : {"", "{", "[]", R"({"tags":"a"})"}) {
    CAPTURE(std::string(body));
    WholeClient c([body](const ServerRequest&, int) { return reply(200, body); });
    CHECK(c.list() == "bad_response");
  }
  WholeClient none([](const ServerRequest&, int) { return reply(200, R"({"tags":null})"); });
  CHECK(none.list() == "ok");
  WholeClient absent([](const ServerRequest&, int) { return reply(404); });
  CHECK(absent.list() == "not_found");
}

}  // namespace buildcache::registry
