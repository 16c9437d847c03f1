#include "registry/auth_challenge.hpp"

#include <doctest/doctest.h>

#include <string>

using buildcache::registry::Challenge;
using buildcache::registry::parse_challenges;

namespace {

std::vector<Challenge> parsed(std::string_view text) {
  auto challenges = parse_challenges(text);
  REQUIRE_MESSAGE(challenges.has_value(), text);
  return *challenges;
}

}  // namespace

TEST_CASE("challenges: a bearer challenge gives realm, service and scope") {
  const auto all = parsed(
      R"(Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull,push")");
  REQUIRE(all.size() == 1);
  CHECK(all[0].scheme == "bearer");
  CHECK(all[0].parameter("realm") == "https://auth.docker.io/token");
  CHECK(all[0].parameter("service") == "registry.docker.io");
  CHECK(all[0].parameter("scope") == "repository:a/b:pull,push");
  CHECK(all[0].parameter("error").empty());
}

TEST_CASE("challenges: several stand in one header, parted by the same commas as parameters") {
  const auto all = parsed(R"(Negotiate, Basic realm="a, b", Bearer realm=x , service="y",NTLM)");
  REQUIRE(all.size() == 4);
  CHECK(all[0].scheme == "negotiate");
  CHECK(all[1].parameter("realm") == "a, b");
  CHECK(all[2].parameter("realm") == "x");
  CHECK(all[2].parameter("service") == "y");
  CHECK(all[3].scheme == "ntlm");
}

TEST_CASE("challenges: escapes in quoted values are undone") {
  CHECK(parsed(R"(Basic realm="say \"hi\" \\ there")")[0].parameter("realm") ==
        R"(say "hi" \ there)");
}

TEST_CASE("challenges: a token68 stands instead of parameters") {
  const auto all = parsed("Negotiate YWJj+/==, Basic realm=\"x\"");
  REQUIRE(all.size() == 2);
  CHECK(all[0].token68 == "YWJj+/==");
  CHECK(all[0].parameters.empty());
}

TEST_CASE("challenges: names are told apart without case, spaces around '=' are allowed") {
  const auto all = parsed("BEARER Realm = \"x\" , SERVICE=y");
  CHECK(all[0].scheme == "bearer");
  CHECK(all[0].parameter("realm") == "x");
  CHECK(all[0].parameter("service") == "y");
}

TEST_CASE("challenges: an empty header holds none, lone commas are skipped") {
  CHECK(parsed("").empty());
  CHECK(parsed(" , ,").empty());
  CHECK(parsed(", Basic realm=\"a\",,").size() == 1);
}

TEST_CASE("challenges: what breaks the grammar is refused") {
  for (const char* text : {R"(Bearer realm="open)",
                           R"(Bearer realm="a" service="b")",
                           R"(Bearer realm="a", realm="b")",
                           R"(Bearer realm="a", Realm="b")",
                           R"(="a")",
                           R"(Bearer "a")",
                           R"(Bearer realm="a\)",
                           "Bearer realm=\"a\nb\"",
                           "Bearer realm=\"a\x7f\"",
                           "B\xC3\xA4rer realm=\"a\"",
                           R"(Bearer realm="a";service="b")"}) {
    CHECK_MESSAGE(!parse_challenges(text).has_value(), text);
  }
}

TEST_CASE("challenges: size, number and parameters are bounded") {
  CHECK(!parse_challenges("Bearer realm=\"" + std::string(9000, 'a') + "\"").has_value());
  std::string many;
  std::string parameters = "Bearer ";
  for (int i = 0; i < 40; ++i) {
    many += "Basic realm=\"x\",";
    parameters += "p" + std::to_string(i) + "=v,";
  }
  CHECK(!parse_challenges(many).has_value());
  CHECK(!parse_challenges(parameters).has_value());
}
