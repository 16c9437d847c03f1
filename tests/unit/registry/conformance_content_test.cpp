// Conformance: answers that arrive whole and say too little, or something wrong.
#include "unit/registry/whole_client.hpp"

#include <doctest/doctest.h>

namespace buildcache::registry {
namespace {

constexpr const char* kType = "application/vnd.oci.image.manifest.v1+json";

std::string digest_of(const std::string& bytes) {
  return core::Digest::of(bytes).str();
}

}  // namespace

TEST_CASE("conformance: a manifest counts by its bytes") {
  struct Case {
    const char* name;
    std::vector<std::pair<std::string, std::string>> headers;
    const char* outcome;
  };
  const std::vector<Case> cases = {
      {"no digest header", {{"Content-Type", kType}}, "ok"},
      {"its digest",
       {{"Content-Type", kType}, {"Docker-Content-Digest", digest_of(kSomeManifest)}},
       "ok"},
      {"another's digest",
       {{"Content-Type", kType}, {"Docker-Content-Digest", digest_of("x")}},
       "bad_response"},
      {"a digest that is none",
       {{"Content-Type", kType}, {"Docker-Content-Digest", "sha256:abc"}},
       "ok"},
      {"a digest of an unknown kind",
       {{"Content-Type", kType}, {"Docker-Content-Digest", "md5:d41d8cd98f00b204e9800998ecf8427e"}},
       "ok"},
      {"no type", {}, "ok"},
      {"a type with a parameter",
       {{"Content-Type", std::string(kType) + "; charset=utf-8"}},
       "ok"}};
  for (const Case& one : cases) {
    CAPTURE(std::string(one.name));
    WholeClient c(
        [&one](const ServerRequest&, int) { return reply(200, kSomeManifest, one.headers); });
    const auto manifest = c.client.get_manifest(c.repository, "t", c.limits);
    CHECK(WholeClient::outcome(manifest) == one.outcome);
    if (manifest) {
      CHECK(manifest->digest.str() == digest_of(kSomeManifest));
      CHECK(manifest->bytes == kSomeManifest);
    }
    CHECK(c.server.asked().size() == 1);
  }
}

TEST_CASE("conformance: what is asked for by digest must have it") {
  const std::string wanted = digest_of("wanted");
  WholeClient c([](const ServerRequest&, int) {
    return reply(200, "other", {{"Content-Type", kType}});
  });
  CHECK(WholeClient::outcome(c.client.get_manifest(c.repository, wanted, c.limits)) ==
        "bad_response");
  CHECK(c.blob(core::Digest::of("wanted")) == "bad_response");
  WholeClient empty([](const ServerRequest&, int) { return reply(200); });
  CHECK(empty.blob(core::Digest::of("wanted")) == "bad_response");
  CHECK(empty.blob(core::Digest::of("")) == "ok");
}

TEST_CASE("conformance: HEAD tells what its headers tell") {
  struct Case {
    const char* name;
    ServerReply reply;
    const char* outcome;  // "absent": ok and no manifest
  };
  const std::vector<Case> cases = {{"found", manifest_reply(), "ok"},
                                   {"found, without any header", reply(200), "ok"},
                                   {"404", reply(404), "absent"},
                                   {"401", reply(401), "unauthorized"},
                                   {"403", reply(403), "forbidden"},
                                   {"400", reply(400), "bad_response"},
                                   {"204", reply(204), "bad_response"},
                                   {"410", reply(410), "bad_response"}};
  for (const Case& one : cases) {
    CAPTURE(std::string(one.name));
    WholeClient c([&one](const ServerRequest&, int) { return one.reply; });
    const auto head = c.client.head_manifest(c.repository, "t", c.limits);
    CHECK((head && !*head ? "absent" : WholeClient::outcome(head)) == one.outcome);
    CHECK(c.server.asked().size() == 1);
  }
}

TEST_CASE("conformance: a registry that knows no HEAD is asked by GET") {
  for (const bool exists : {true, false}) {
    WholeClient c([exists](const ServerRequest& request, int) {
      return request.method == "HEAD" ? reply(405) : exists ? manifest_reply() : reply(404);
    });
    const auto head = c.client.head_manifest(c.repository, "t", c.limits);
    REQUIRE(head);
    CHECK(head->has_value() == exists);
    if (exists) {
      CHECK((*head)->digest->str() == digest_of(kSomeManifest));
      CHECK((*head)->size == std::string(kSomeManifest).size());
    }
  }
}

TEST_CASE("conformance: a refusal's words are shown, printable, short and once") {
  struct Case {
    std::string body;
    std::string words;
  };
  const std::vector<Case> cases = {
      {R"({"errors":[{"code":"DENIED","message":"no access"}]})", ": DENIED: no access"},
      {R"({"errors":[{"code":"DENIED"}]})", ": DENIED"},
      {R"({"errors":[]})", ""},
      {R"({"errors":"x"})", ""},
      {R"({"message":"blocked by policy"})", ": blocked by policy"},
      {R"({"errors":[{"code":"A","message":"\u001b[2Jx\n::error::y"}]})",
       ": A: \\x1b[2Jx\\x0a::error::y"},
      {"<html>blocked</html>", ""},
      {"", ""}};
  for (const Case& one : cases) {
    CAPTURE(one.body);
    WholeClient c([&one](const ServerRequest&, int) { return reply(403, one.body); });
    const auto read = c.client.get_manifest(c.repository, "t", c.limits);
    REQUIRE_FALSE(read);
    CHECK(read.error().message == "read manifest " + c.server.host() + "/acme/cache:t: " +
                                      c.server.host() + " answered 403" + one.words);
  }
  WholeClient c([](const ServerRequest&, int) {
    return reply(403, R"({"message":")" + std::string(5000, 'x') + R"("})");
  });
  CHECK(c.client.get_manifest(c.repository, "t", c.limits).error().message.size() < 400);
}

TEST_CASE("conformance: a manifest written is the one stored, whatever 2xx says so") {
  struct Case {
    const char* name;
    ServerReply reply;
    const char* outcome;
  };
  const std::vector<Case> cases = {
      {"201 and its digest", reply(201, "", {{"Docker-Content-Digest", digest_of("{}")}}), "ok"},
      {"201 and nothing", reply(201), "ok"},
      {"202", reply(202), "ok"},
      {"201 and another digest",
       reply(201, "", {{"Docker-Content-Digest", digest_of("x")}}),
       "bad_response"},
      {"400", reply(400, R"({"errors":[{"code":"MANIFEST_INVALID"}]})"), "bad_response"},
      {"405", reply(405), "bad_response"},
      {"413", reply(413), "bad_response"},
      {"500", reply(500), "unavailable"}};
  for (const Case& one : cases) {
    CAPTURE(std::string(one.name));
    WholeClient c([&one](const ServerRequest&, int) { return one.reply; });
    CHECK(c.put() == one.outcome);
    CHECK(c.server.requests().front().body == "{}");
    CHECK(c.server.asked().size() == 1);
  }
}

TEST_CASE("conformance: a tag is deleted, or the registry cannot, or something is wrong") {
  struct Case {
    ServerReply reply;
    std::optional<bool> deleted;
  };
  const std::vector<Case> cases = {{reply(202), true},
                                   {reply(200), true},
                                   {reply(204), true},
                                   {reply(405), false},
                                   {reply(404), false},
                                   {reply(400, R"({"errors":[{"code":"DIGEST_INVALID"}]})"), false},
                                   {reply(403, R"({"errors":[{"code":"UNSUPPORTED"}]})"), false},
                                   {reply(403, R"({"errors":[{"code":"DENIED"}]})"), std::nullopt},
                                   {reply(500), std::nullopt}};
  for (const Case& one : cases) {
    CAPTURE(one.reply.status);
    WholeClient c([&one](const ServerRequest&, int) { return one.reply; });
    const auto deleted = c.client.delete_tag(c.repository, "t", c.limits);
    CHECK((deleted ? std::optional(*deleted) : std::nullopt) == one.deleted);
    // Never by digest, never twice.
    CHECK(c.server.asked() == std::vector<std::string>{"DELETE /v2/acme/cache/manifests/t"});
  }
}

}  // namespace buildcache::registry
