#include "config/interpolate.hpp"

#include <doctest/doctest.h>

namespace buildcache::config {
namespace {

const sys::Environment kEnvironment({{"A", "value"}, {"EMPTY", ""}, {"DEEP", "${A} {sha} $$"}});

std::string filled(std::string_view text, Braces braces = Braces::as_they_are) {
  const auto result = interpolate(text, kEnvironment, braces);
  return result ? *result : "problem at " + std::to_string(result.error().offset);
}

}  // namespace

TEST_CASE("interpolate: a variable is replaced wherever it stands") {
  CHECK(filled("${A}") == "value");
  CHECK(filled("x${A}y${A}") == "xvalueyvalue");
  CHECK(filled("") == "");
}

TEST_CASE("interpolate: a default stands in for an unset and for an empty variable") {
  CHECK(filled("${UNSET:-d}") == "d");
  CHECK(filled("${EMPTY:-d}") == "d");
  CHECK(filled("${A:-d}") == "value");
  CHECK(filled("${UNSET:-}") == "");
  CHECK(filled("${UNSET:-a:-b}") == "a:-b");
}

TEST_CASE("interpolate: a set but empty variable is its value") {
  CHECK(filled("${EMPTY}") == "");
}

TEST_CASE("interpolate: two dollar signs are one, and a lone one stays") {
  CHECK(filled("$$") == "$");
  CHECK(filled("$${A}") == "${A}");
  CHECK(filled("$$$$") == "$$");
  CHECK(filled("$$${A}") == "$value");
  CHECK(filled("5$") == "5$");
  CHECK(filled("$1 $-") == "$1 $-");
}

TEST_CASE("interpolate: what a variable holds is not looked at again") {
  CHECK(filled("${DEEP}") == "${A} {sha} $$");
}

TEST_CASE("interpolate: braces of a value are escaped where placeholders are filled in later") {
  CHECK(filled("{sha} ${DEEP}", Braces::escaped) == "{sha} ${{A} {{sha} $$");
  CHECK(filled("${UNSET:-{}", Braces::escaped) == "{{");
}

TEST_CASE("interpolate: a problem tells its place") {
  CHECK(filled("ab${UNSET}") == "problem at 2");
  CHECK(filled("ab${A") == "problem at 2");
  CHECK(filled("${}") == "problem at 0");
  CHECK(filled("${A-b}") == "problem at 0");
  CHECK(filled("${A:?b}") == "problem at 0");
  CHECK(filled("${ A}") == "problem at 0");
  CHECK(filled("$A") == "problem at 0");
  CHECK(filled("${A:-${B}}") == "problem at 0");
}

TEST_CASE("interpolate: an unset variable is named, and a placeholder's name hinted at") {
  const auto unset = interpolate("${UNSET}", kEnvironment, Braces::as_they_are);
  REQUIRE_FALSE(unset.has_value());
  CHECK(unset.error().message == "the environment variable UNSET is not set");
  const auto placeholder = interpolate("${sha}", kEnvironment, Braces::as_they_are);
  REQUIRE_FALSE(placeholder.has_value());
  CHECK(placeholder.error().hint == "the placeholder is written {sha}");
}

}  // namespace buildcache::config
