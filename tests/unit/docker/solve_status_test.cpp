#include "docker/solve_status.hpp"

#include <doctest/doctest.h>

namespace buildcache::docker {
namespace {

TEST_CASE("solve status: times are nanoseconds of UTC") {
  CHECK(parse_timestamp("1970-01-01T00:00:01Z") == 1'000'000'000);
  CHECK(parse_timestamp("1970-01-01T00:00:00.5Z") == 500'000'000);
  CHECK(parse_timestamp("2026-11-21T03:33:59.813055032Z") == 1'795'232'039'813'055'032);
  CHECK(parse_timestamp("2026-11-21T05:33:59.813055032+02:00") == 1'795'232'039'813'055'032);
  CHECK(parse_timestamp("1970-01-01T00:00:00-01:30") == 5'400'000'000'000);
}

TEST_CASE("solve status: what is no time is 0") {
  for (const char* text : {"",
                           "0001-01-01T00:00:00Z",
                           "2026-13-01T00:00:00Z",
                           "2026-02-30T00:00:00Z",
                           "2026-11-21T03:33:59",
                           "2026-11-21T25:00:00Z",
                           "99999999999999999999-01-01T00:00:00Z",
                           "2026-11-21 03:33:59Z",
                           "2026--1-21T03:33:59Z",
                           "2026-11-21T03:33:59+9999999:00"}) {
    CAPTURE(text);
    CHECK(parse_timestamp(text) == 0);
  }
}

TEST_CASE("solve status: vertexes, statuses, logs and warnings are read") {
  const auto status = parse_solve_status(
      R"({"vertexes":[{"digest":"d","name":"n\u001b","started":"1970-01-01T00:00:01Z","cached":true,"error":"e"}],
          "statuses":[{"vertex":"d","id":"i","current":3,"total":5,"completed":"x"}],
          "logs":[{"vertex":"d","data":"aGk="}],"warnings":[{"vertex":"d","short":"dw=="}]})");
  REQUIRE(status);
  REQUIRE(status->vertexes.size() == 1);
  CHECK(status->vertexes[0].name == "n\\x1b");
  CHECK(status->vertexes[0].started == 1'000'000'000);
  CHECK(status->vertexes[0].cached);
  CHECK(status->vertexes[0].error == "e");
  CHECK(status->statuses.at(0).total == 5);
  CHECK(status->statuses.at(0).completed);
  CHECK(status->logs.at(0).data == "hi");
  CHECK(status->warnings.at(0).text == "w");
}

TEST_CASE("solve status: fields of a wrong type are left out") {
  const auto status = parse_solve_status(
      R"({"vertexes":[1,{"name":"no digest"},{"digest":"d","name":5,"cached":"yes"}],"statuses":{},
          "logs":null,"warnings":[[]]})");
  REQUIRE(status);
  REQUIRE(status->vertexes.size() == 1);
  CHECK(status->vertexes[0].name.empty());
  CHECK_FALSE(status->vertexes[0].cached);
}

TEST_CASE("solve status: what is no object is refused") {
  for (const char* text : {"", "[]", "{", "3", "{} x", "{\"a\":\"\xff\"}"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_solve_status(text));
  }
}

}  // namespace
}  // namespace buildcache::docker
