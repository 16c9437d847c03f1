#include "core/error.hpp"

#include <doctest/doctest.h>

using namespace buildcache::core;

TEST_CASE("error: the description names place, message and hint") {
  const Error error{ErrorKind::config, "unknown key", Position{"a.yml", 3, 7}, "did you mean x?"};
  CHECK(describe(error) == "a.yml:3:7: unknown key (did you mean x?)");
}

TEST_CASE("error: unknown parts of a position are left out") {
  CHECK(describe({ErrorKind::config, "m", Position{"a.yml", 3, 0}, ""}) == "a.yml:3: m");
  CHECK(describe({ErrorKind::config, "m", Position{"a.yml", 0, 0}, ""}) == "a.yml: m");
  CHECK(describe({ErrorKind::config, "m", Position{"", 3, 1}, ""}) == "line 3:1: m");
  CHECK(describe({ErrorKind::config, "m", Position{}, ""}) == "m");
}

TEST_CASE("error: what was being done stands before the message and the kind stays") {
  const Error error = while_doing({ErrorKind::unavailable, "refused", {}, ""}, "read tags");
  CHECK(error.message == "read tags: refused");
  CHECK(error.kind == ErrorKind::unavailable);
}

TEST_CASE("error: kinds have the names they are written with") {
  CHECK(name_of(ErrorKind::usage) == "usage");
  CHECK(name_of(ErrorKind::config) == "config");
  CHECK(name_of(ErrorKind::facts) == "facts");
  CHECK(name_of(ErrorKind::not_found) == "not_found");
  CHECK(name_of(ErrorKind::unauthorized) == "unauthorized");
  CHECK(name_of(ErrorKind::forbidden) == "forbidden");
  CHECK(name_of(ErrorKind::unavailable) == "unavailable");
  CHECK(name_of(ErrorKind::timed_out) == "timed_out");
  CHECK(name_of(ErrorKind::bad_response) == "bad_response");
  CHECK(name_of(ErrorKind::engine) == "engine");
  CHECK(name_of(ErrorKind::build) == "build");
  CHECK(name_of(ErrorKind::cancelled) == "cancelled");
  CHECK(name_of(ErrorKind::internal) == "internal");
}
