#include "report/json_log.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace buildcache::report {
namespace {

using Json = nlohmann::json;
using std::chrono::milliseconds;

const std::chrono::system_clock::time_point kNow{milliseconds(1'767'323'045'007)};

std::vector<Json> objects(const std::string& text) {
  std::vector<Json> all;
  const std::string lines = json_log(text, kNow);
  for (std::size_t begin = 0; begin < lines.size();) {
    const std::size_t end = lines.find('\n', begin);
    all.push_back(Json::parse(lines.substr(begin, end - begin)));
    begin = end + 1;
  }
  return all;
}

}  // namespace

TEST_CASE("json log: a line is an object, an empty one nothing") {
  const auto all = objects("  looks for\n\n   \nlast");
  REQUIRE(all.size() == 2);
  CHECK(all[0] ==
        Json{{"time", "2026-01-02T03:04:05.007Z"}, {"level", "info"}, {"message", "  looks for"}});
  CHECK(all[1]["message"] == "last");
}

TEST_CASE("json log: errors, warnings and notices have a level, and their advice beside them") {
  const auto all = objects(
      "error: f.yml:1:2: wrong\n  hint: try\n  warning: api: slow\n    remedy: wait\nnotice: n\n"
      "remedy: of nobody's\nplain\nhint: of nobody's\n");
  REQUIRE(all.size() == 5);
  CHECK(all[0]["level"] == "error");
  CHECK(all[0]["message"] == "f.yml:1:2: wrong");
  CHECK(all[0]["hint"] == "try");
  CHECK(all[1]["level"] == "warning");
  CHECK(all[1]["remedy"] == "wait");
  CHECK(all[2]["remedy"] == "of nobody's");
  CHECK(all[4]["message"] == "hint: of nobody's");
}

TEST_CASE("json log: the platform's commands stay, hostile bytes do not") {
  CHECK(json_log("::group::Plan\nx\n", kNow).starts_with("::group::Plan\n{"));
  CHECK(json_log("\x1b[0Ksection_start:1:a\n", kNow) == "\x1b[0Ksection_start:1:a\n");
  const auto all = objects(
      "a\xff\"\x01"
      "b");
  CHECK(all[0]["message"] ==
        "a\xEF\xBF\xBD\"\x01"
        "b");
}

}  // namespace buildcache::report
