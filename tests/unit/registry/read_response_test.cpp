#include "registry/read_response.hpp"

#include "registry/response_error.hpp"

#include <doctest/doctest.h>

using namespace buildcache;
using registry::is_tag;
using registry::read_head;
using registry::read_manifest;
using registry::read_tags;

namespace {

sys::HttpResponse answer(std::string body, std::vector<sys::Header> headers = {}) {
  return {200, std::move(headers), std::move(body), ""};
}

sys::HttpResponse refusal(int status, std::string body) {
  return {status, {}, std::move(body), ""};
}

}  // namespace

TEST_CASE("head: media type without parameters, digest and size") {
  const core::Digest digest = core::Digest::of("x");
  const auto head = read_head(answer("",
                                     {{"content-type", "Application/JSON ; charset=utf-8"},
                                      {"docker-content-digest", digest.str()},
                                      {"content-length", "12"}}));
  CHECK(head.media_type == "application/json");
  CHECK(head.digest == digest);
  CHECK(head.size == 12);
}

TEST_CASE("head: missing or broken headers are left out") {
  const auto head =
      read_head(answer("", {{"docker-content-digest", "sha256:zz"}, {"content-length", "-1"}}));
  CHECK(!head.digest.has_value());
  CHECK(head.size == 0);
}

TEST_CASE("manifest: bytes must have the digest asked for and the digest announced") {
  const std::string bytes = "{}";
  const std::string good = core::Digest::of(bytes).str();
  const std::string bad = core::Digest::of("other").str();
  CHECK(read_manifest(answer(bytes), good).has_value());
  CHECK(read_manifest(answer(bytes), "tag")->digest.str() == good);
  CHECK(!read_manifest(answer(bytes), bad).has_value());
  CHECK(!read_manifest(answer(bytes, {{"docker-content-digest", bad}}), "tag").has_value());
}

TEST_CASE("tags: what is outside the grammar is left out, null is an empty list") {
  CHECK(*read_tags(R"({"tags":["a","","sha256:x","b.c_-D",7,"-x","a/b"]})") ==
        std::vector<std::string>{"a", "b.c_-D"});
  CHECK(read_tags(R"({"name":"x","tags":null})")->empty());
  for (const char* text : {"", "{}", "[]", R"({"tags":{}})", R"({"tags":["a")"}) {
    CHECK_MESSAGE(!read_tags(text).has_value(), text);
  }
  CHECK(!is_tag(std::string(129, 'a')));
  CHECK(!is_tag(".."));
}

TEST_CASE("errors: the kind follows the status") {
  using core::ErrorKind;
  for (const auto& [status, kind] : {std::pair(401, ErrorKind::unauthorized),
                                     std::pair(403, ErrorKind::forbidden),
                                     std::pair(404, ErrorKind::not_found),
                                     std::pair(429, ErrorKind::unavailable),
                                     std::pair(500, ErrorKind::unavailable),
                                     std::pair(302, ErrorKind::bad_response),
                                     std::pair(418, ErrorKind::bad_response)}) {
    CHECK(sys::kind_of_status(status) == kind);
  }
}

TEST_CASE("errors: the registry's own words are quoted, printable and short") {
  const auto error = registry::response_error(
      refusal(403, R"({"errors":[{"code":"DENIED","message":"no\n::error::x"}]})"),
      "reg.example",
      "read x");
  CHECK(error.message.find("read x: reg.example answered 403: DENIED: no") == 0);
  CHECK(error.message.find('\n') == std::string::npos);
  CHECK(registry::own_words(refusal(500, "<html>")).empty());
  CHECK(registry::own_words(refusal(401, R"({"details":"wrong password"})")) == "wrong password");
  const std::string longest(5000, 'x');
  CHECK(registry::own_words(refusal(500, R"({"message":")" + longest + "\"}")).size() < 250);
}

TEST_CASE("errors: codes are found among several") {
  const auto response =
      refusal(405, R"({"errors":[{"code":"A"},{"code":"UNSUPPORTED","message":"x"}]})");
  CHECK(registry::has_error_code(response, "UNSUPPORTED"));
  CHECK(!registry::has_error_code(response, "DENIED"));
}
