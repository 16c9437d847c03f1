#include "ci/payload.hpp"

#include <doctest/doctest.h>

#include <string>

namespace buildcache::ci {
namespace {

Payload parsed(std::string_view text) {
  auto payload = Payload::parse(text);
  REQUIRE_MESSAGE(payload.has_value(), payload.error().message);
  return *payload;
}

template <typename T>
std::string message_of(const core::Result<T>& result) {
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().kind == core::ErrorKind::facts);
  return result.error().message;
}

TEST_CASE("payload: members are found by dotted paths") {
  const Payload payload = parsed(R"({"a": {"b": {"c": "deep"}}, "n": 17, "f": true, "z": null})");
  CHECK(payload.text("a.b.c") == "deep");
  CHECK(payload.text("a.b.x") == "");
  CHECK(payload.text("z") == "");
  CHECK(payload.text("n.x") == "");
  CHECK(payload.number("n") == "17");
  CHECK(payload.flag("f") == true);
  CHECK(payload.flag("absent") == false);
  CHECK(payload.has("a.b"));
  CHECK_FALSE(payload.has("z"));
}

TEST_CASE("payload: a wrong type is an error that names the member") {
  const Payload payload =
      parsed(R"({"a": {"b": 5}, "s": "x", "neg": -1, "zero": 0, "float": 1.5})");
  CHECK(message_of(payload.text("a.b")).find("'a.b'") != std::string::npos);
  CHECK(message_of(payload.text("a")).find("'a'") != std::string::npos);
  CHECK(message_of(payload.number("s")).find("'s'") != std::string::npos);
  CHECK(message_of(payload.flag("s")).find("'s'") != std::string::npos);
  for (const std::string path : {"neg", "zero", "float", "absent"}) {
    CAPTURE(path);
    CHECK_FALSE(payload.number(path).has_value());
  }
}

TEST_CASE("payload: what must be there is missed by name") {
  const Payload payload = parsed(R"({"empty": ""})");
  CHECK(message_of(payload.required_text("a.b")).find("'a.b' is missing") != std::string::npos);
  CHECK_FALSE(payload.required_text("empty").has_value());
}

TEST_CASE("payload: names are kept as they are up to 4096 bytes without NUL") {
  const std::string longest(4096, 'x');
  CHECK(parsed("{\"a\": \"" + longest + "\"}").text("a") == longest);
  CHECK_FALSE(parsed("{\"a\": \"" + longest + "x\"}").text("a").has_value());
  CHECK_FALSE(parsed(R"({"a": "x\u0000y"})").text("a").has_value());
  CHECK(parsed(R"_({"a": "x\n::error::$(id)"})_").text("a") == "x\n::error::$(id)");
}

TEST_CASE("payload: commit ids are 40 or 64 hexadecimal digits") {
  const std::string id(40, 'A');
  CHECK(parsed("{\"a\": \"" + id + "\"}").commit("a") == std::string(40, 'a'));
  CHECK(parsed("{}").commit("a") == "");
  CHECK_FALSE(parsed(R"({"a": "main"})").commit("a").has_value());
  CHECK_FALSE(parsed(R"({"a": 5})").commit("a").has_value());
}

TEST_CASE("payload: text that is no JSON object is refused") {
  for (const std::string text : {" ", "{", "[]", "5", "null", "{\"a\": \"\xFF\"}", "{} {}"}) {
    CAPTURE(text);
    CHECK_FALSE(Payload::parse(text).has_value());
  }
  CHECK(Payload::parse("").has_value());
}

TEST_CASE("payload: nesting is bounded") {
  const auto nested = [](int depth) {
    return "{\"a\": " + std::string(static_cast<std::size_t>(depth), '[') +
           std::string(static_cast<std::size_t>(depth), ']') + "}";
  };
  CHECK(Payload::parse(nested(50)).has_value());
  CHECK(message_of(Payload::parse(nested(200))).find("nested") != std::string::npos);
  CHECK_FALSE(Payload::parse(std::string(1'000'000, '[')).has_value());
}

TEST_CASE("payload: size is bounded") {
  CHECK_FALSE(Payload::parse(std::string(kPayloadLimit + 1, ' ')).has_value());
}

}  // namespace
}  // namespace buildcache::ci
