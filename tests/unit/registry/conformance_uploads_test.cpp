// Conformance: uploads of blobs, in one piece.
#include "unit/registry/whole_client.hpp"

#include <doctest/doctest.h>

namespace buildcache::registry {
namespace {

const std::string kContent = "content";
const std::string kQuery = "digest=" + core::Digest::of(kContent).str();

std::string put(WholeClient& c) {
  return WholeClient::outcome(
      c.client.put_blob(c.repository, core::Digest::of(kContent), kContent, c.limits));
}

// Begins uploads at `place`; everything else is answered by `script`.
Script uploads_at(std::string place, Script script) {
  return [place = std::move(place), script = std::move(script)](const ServerRequest& request,
                                                                int n) {
    return request.method == "POST" ? reply(202, "", {{"Location", place}}) : script(request, n);
  };
}

ServerReply created(const ServerRequest& request, int /*n*/) {
  return reply(request.method == "PUT" && request.body == kContent ? 201 : 400);
}

}  // namespace

TEST_CASE("conformance: a blob goes where its upload was given a place") {
  WholeClient c(uploads_at("/v2/upload/1?state=x", created));
  CHECK(put(c) == "ok");
  CHECK(c.server.asked() == std::vector<std::string>{"POST /v2/acme/cache/blobs/uploads/",
                                                     "PUT /v2/upload/1?state=x&" + kQuery});
  WholeClient bare(uploads_at("/v2/upload/1", created));
  CHECK(put(bare) == "ok");
  CHECK(bare.server.asked().back() == "PUT /v2/upload/1?" + kQuery);
  WholeClient mounted([](const ServerRequest&, int) { return reply(201); });
  CHECK(put(mounted) == "ok");
  CHECK(mounted.server.asked().size() == 1);
}

TEST_CASE("conformance: an upload elsewhere takes no credentials along") {
  ScriptedServer other(created);
  WholeClient c(
      [&other](const ServerRequest& request, int) {
        return request.header("authorization").empty()
                   ? reply(401, "", {{"WWW-Authenticate", "Basic realm=\"x\""}})
                   : reply(202, "", {{"Location", other.url("/bucket?signed=1")}});
      },
      {login_of("me", "pass")});
  CHECK(put(c) == "ok");
  REQUIRE(other.requests().size() == 1);
  CHECK(other.requests()[0].target == "/bucket?signed=1&" + kQuery);
  CHECK(other.requests()[0].header("authorization").empty());
}

TEST_CASE("conformance: an upload whose login has run out is sent again with a new one") {
  WholeClient c(uploads_at("/v2/upload/1",
                           [](const ServerRequest& request, int) {
                             return request.header("authorization").empty()
                                        ? reply(
                                              401, "", {{"WWW-Authenticate", "Basic realm=\"x\""}})
                                        : created(request, 0);
                           }),
                {login_of("me", "pass")});
  CHECK(put(c) == "ok");
  CHECK(c.server.requests().back().body == kContent);
}

TEST_CASE("conformance: a busy registry is given time, a forgotten upload is begun anew") {
  WholeClient busy(uploads_at("/v2/upload/1", [](const ServerRequest& request, int n) {
    return n == 0 ? reply(429) : created(request, n);
  }));
  CHECK(put(busy) == "ok");
  WholeClient forgotten(uploads_at("/v2/upload/1", [](const ServerRequest& request, int n) {
    return n == 0 || request.method == "HEAD" ? reply(404) : created(request, n);
  }));
  CHECK(put(forgotten) == "ok");
  CHECK(forgotten.server.asked()[3] == "POST /v2/acme/cache/blobs/uploads/");
}

TEST_CASE("conformance: an upload whose answer is lost is there all the same") {
  WholeClient c(uploads_at("/v2/upload/1", [](const ServerRequest& request, int) {
    return request.method == "HEAD" ? reply(200) : reply(404);
  }));
  CHECK(put(c) == "ok");
}

TEST_CASE("conformance: what refuses an upload is told apart") {
  const std::vector<std::pair<int, std::string>> refusals = {
      {403, "forbidden"}, {413, "bad_response"}, {400, "bad_response"}};
  for (const auto& refusal : refusals) {
    CAPTURE(refusal.first);
    WholeClient c(uploads_at(
        "/v2/upload/1", [&refusal](const ServerRequest&, int) { return reply(refusal.first); }));
    CHECK(put(c) == refusal.second);
    CHECK(c.server.asked().size() == 2);
  }
  WholeClient nowhere(uploads_at("", created));
  CHECK(put(nowhere) == "bad_response");
}

TEST_CASE("conformance: whether a blob is there") {
  WholeClient c([](const ServerRequest&, int n) { return reply(n == 0 ? 404 : 200); });
  const core::Digest digest = core::Digest::of(kContent);
  CHECK_FALSE(*c.client.has_blob(c.repository, digest, c.limits));
  CHECK(*c.client.has_blob(c.repository, digest, c.limits));
  WholeClient refused([](const ServerRequest&, int) { return reply(403); });
  CHECK(WholeClient::outcome(refused.client.has_blob(refused.repository, digest, refused.limits)) ==
        "forbidden");
}

TEST_CASE("conformance: a manifest that names a blob the registry misses") {
  for (const int status : {400, 404}) {
    WholeClient c([status](const ServerRequest&, int) {
      return reply(status, R"({"errors":[{"code":"MANIFEST_BLOB_UNKNOWN","message":"unknown"}]})");
    });
    CHECK(c.put() == "not_found");
  }
}

}  // namespace buildcache::registry
