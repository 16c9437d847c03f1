#include "config/placeholders.hpp"

#include <doctest/doctest.h>

namespace buildcache::config {
namespace {

std::string filled(std::string_view text) {
  return fill_placeholders(text,
                           [](std::string_view name) { return "<" + std::string(name) + ">"; });
}

}  // namespace

TEST_CASE("placeholders: each known name is filled in") {
  CHECK(filled("{sha}") == "<sha>");
  CHECK(filled("a{branch}b{pr}") == "a<branch>b<pr>");
  CHECK(filled("{sha}{sha}") == "<sha><sha>");
}

TEST_CASE("placeholders: two opening braces are one") {
  CHECK(filled("{{sha}") == "{sha}");
  CHECK(filled("{{{sha}") == "{<sha>");
  CHECK(filled("{{\"a\": {{}}") == "{\"a\": {}}");
}

TEST_CASE("placeholders: a closing brace alone and unknown names stay") {
  CHECK(filled("}") == "}");
  CHECK(filled("{x}") == "{x}");
  CHECK(filled("{") == "{");
  CHECK(filled("{sha") == "{sha");
  CHECK(filled("{{") == "{");
}

TEST_CASE("placeholders: what a value holds is not looked at again") {
  CHECK(fill_placeholders("{branch}", [](std::string_view) { return "{sha}"; }) == "{sha}");
}

TEST_CASE("placeholders: the names in a text are listed in order") {
  CHECK(placeholders_in("{tag}-{{sha}-{pr}-{tag}") == std::vector<std::string>{"tag", "pr", "tag"});
}

}  // namespace buildcache::config
