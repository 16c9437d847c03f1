#include "report/live_rows.hpp"

#include "events.hpp"
#include "report/display_width.hpp"

#include <doctest/doctest.h>

#include <string>

namespace buildcache::report {
namespace {

using docker::EventKind;
using std::chrono::milliseconds;

}  // namespace

TEST_CASE("live rows: a step appears with its first event and once") {
  LiveSteps live;
  live.take("api", event_of(EventKind::started, "RUN a"), milliseconds(0));
  live.take("api", event_of(EventKind::log, "RUN a", "x\n"), milliseconds(5));
  CHECK(live.steps().size() == 1);
  CHECK(live.steps().front().since == milliseconds(0));
}

TEST_CASE("live rows: the same step of two targets has two rows") {
  LiveSteps live;
  live.take("api", event_of(EventKind::started, "RUN a"), milliseconds(0));
  live.take("web", event_of(EventKind::started, "RUN a"), milliseconds(0));
  CHECK(live.steps().size() == 2);
  live.end_target("api");
  REQUIRE(live.steps().size() == 1);
  CHECK(live.steps().front().target == "web");
}

TEST_CASE("live rows: a running step stays when its transfers are done") {
  LiveSteps live;
  live.take("api", event_of(EventKind::started, "RUN a"), milliseconds(0));
  live.take("api", transfer("RUN a", "layer", false), milliseconds(0));
  live.take("api", transfer("RUN a", "layer", true), milliseconds(0));
  CHECK(live.steps().size() == 1);
}

TEST_CASE("live rows: rows fit in any width, and in any number of rows") {
  LiveSteps live;
  for (int i = 0; i < 5; ++i) {
    const std::string name = "[1/2] RUN \xE6\xBC\xA2 " + std::to_string(i);
    live.take("api", event_of(EventKind::started, name), milliseconds(0));
    live.take("api", event_of(EventKind::log, name, std::string(200, 'x') + "\n"), milliseconds(0));
  }
  for (std::size_t columns = 0; columns < 150; ++columns) {
    for (std::size_t most = 0; most < 8; ++most) {
      const auto rows = live_rows(live.steps(), true, milliseconds(100'000), most, columns);
      REQUIRE(rows.size() == std::min<std::size_t>(most, 5));
      for (const std::string& row : rows) {
        REQUIRE(display_width(row) <= columns);
      }
    }
  }
}

}  // namespace buildcache::report
