#include "ci/variables.hpp"

#include "ci/payload.hpp"

#include <doctest/doctest.h>

#include <string>

namespace buildcache::ci {
namespace {

TEST_CASE("variables: what is not set is empty and no fault") {
  const sys::Environment environment;
  Variables variables(environment);
  CHECK(variables.text("A").empty());
  CHECK(variables.commit("A").empty());
  CHECK(variables.number("A").empty());
  CHECK_FALSE(variables.has("A"));
  CHECK_FALSE(variables.is_true("A"));
  CHECK_FALSE(variables.error().has_value());
}

TEST_CASE("variables: a commit of zeros is none") {
  const sys::Environment environment({{"A", std::string(40, '0')}});
  Variables variables(environment);
  CHECK(variables.commit("A").empty());
  CHECK_FALSE(variables.error().has_value());
}

TEST_CASE("variables: the first fault is kept, and names the variable but not its value") {
  const sys::Environment environment({{"SHA", "hunter2"}, {"NUMBER", "7x"}});
  Variables variables(environment);
  CHECK(variables.commit("SHA").empty());
  CHECK(variables.number("NUMBER").empty());
  REQUIRE(variables.error().has_value());
  CHECK(variables.error()->kind == core::ErrorKind::facts);
  CHECK(variables.error()->message == "SHA is no commit id");
}

TEST_CASE("variables: numbers are positive, without sign or leading zero, and bounded") {
  for (const std::string& text : {std::string("0"),
                                  std::string("007"),
                                  std::string("-1"),
                                  std::string("1 "),
                                  std::string(20, '9')}) {
    CAPTURE(text);
    const sys::Environment environment({{"A", text}});
    Variables variables(environment);
    CHECK(variables.number("A").empty());
    CHECK(variables.error().has_value());
  }
}

TEST_CASE("variables: required ones and long ones") {
  const sys::Environment environment({{"LONG", std::string(kNameLimit + 1, 'x')}});
  Variables missing(environment);
  CHECK(missing.required_text("NONE").empty());
  REQUIRE(missing.error().has_value());
  CHECK(missing.error()->message == "NONE is not set");
  Variables lengthy(environment);
  CHECK(lengthy.text("LONG").empty());
  CHECK(lengthy.error().has_value());
}

}  // namespace
}  // namespace buildcache::ci
