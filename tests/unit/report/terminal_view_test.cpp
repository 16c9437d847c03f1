#include "events.hpp"
#include "report/progress_view.hpp"
#include "terminal_screen.hpp"

#include <doctest/doctest.h>

#include <array>
#include <memory>
#include <random>
#include <string>

namespace buildcache::report {
namespace {

using docker::EventKind;
using std::chrono::milliseconds;

// A view on a screen, with a clock of its own.
struct Shown {
  explicit Shown(TerminalSize size, bool several_targets = false)
      : screen(static_cast<std::size_t>(size.rows), static_cast<std::size_t>(size.columns)),
        view(make_terminal_view([this](std::string_view text) { screen.write(text); },
                                size,
                                [this] { return now; },
                                several_targets)) {}

  void pass(milliseconds time) {
    now += time;
    view->tick();
  }

  milliseconds now{0};
  TerminalScreen screen;
  std::unique_ptr<ProgressView> view;
};

std::string random_text(std::mt19937& random) {
  static const std::array<std::string, 10> kPieces = {"word ",
                                                      "\xE6\xBC\xA2",
                                                      "\xF0\x9F\xA6\x80",
                                                      "\t",
                                                      "\x1b[2J",
                                                      "\r",
                                                      "\xFF",
                                                      "::x",
                                                      "\n",
                                                      "##[y]"};
  std::string text;
  for (std::size_t i = random() % 40; i > 0; --i) {
    text += kPieces.at(random() % kPieces.size());
  }
  return text;
}

docker::Event random_event(std::mt19937& random) {
  const std::string name = "[s 1/9] RUN " + std::to_string(random() % 30) +
                           std::string(random() % 90, 'x') + "\xE6\xBC\xA2";
  docker::Event event = event_of(static_cast<EventKind>(random() % 8), name, random_text(random));
  event.vertex = std::to_string(random() % 30);
  event.vertex_kind = static_cast<docker::VertexKind>(random() % 6);
  event.duration = milliseconds(random() % 5000);
  event.status = std::to_string(random() % 3);
  event.done = random() % 2 == 0;
  return event;
}

}  // namespace

TEST_CASE("terminal: a running step shows its time and its last line of output") {
  Shown shown({24, 80});
  shown.view->event("api", event_of(EventKind::started, "[1/2] RUN make"));
  shown.view->event("api", event_of(EventKind::log, "[1/2] RUN make", "CC one.o\nCC two.o\nCC th"));
  shown.pass(milliseconds(3200));
  CHECK(shown.screen.holds("3.2 s  [1/2] RUN make | CC two.o"));
  CHECK_FALSE(shown.screen.holds("CC one.o"));
}

TEST_CASE("terminal: a finished step leaves one line and no row") {
  Shown shown({24, 80});
  shown.view->event("api", event_of(EventKind::started, "[1/2] RUN make"));
  shown.pass(milliseconds(100));
  shown.view->event("api", completed("[1/2] RUN make", milliseconds(1500)));
  shown.pass(milliseconds(100));
  CHECK(shown.screen.holds("done        1.5 s  [1/2] RUN make"));
  CHECK_FALSE(shown.screen.holds("running"));
}

TEST_CASE("terminal: a failed step shows its last output, an unfinished line included") {
  Shown shown({24, 80});
  shown.view->event("api", event_of(EventKind::started, "[2/2] RUN make"));
  std::string output;
  for (int i = 1; i <= 50; ++i) {
    output += "line " + std::to_string(i) + "\n";
  }
  shown.view->event("api", event_of(EventKind::log, "[2/2] RUN make", output + "no newline"));
  shown.view->event("api", event_of(EventKind::failed, "[2/2] RUN make", "exit code: 2"));
  shown.view->target_finished("api", "failed");
  CHECK(shown.screen.holds("10 lines before are not shown"));
  CHECK(shown.screen.holds("| line 11"));
  CHECK_FALSE(shown.screen.holds("| line 10"));
  CHECK(shown.screen.holds("| no newline"));
  CHECK(shown.screen.holds("FAILED             [2/2] RUN make: exit code: 2"));
}

TEST_CASE("terminal: more steps than rows are counted in the last row") {
  Shown shown({5, 80});
  for (int i = 0; i < 10; ++i) {
    shown.view->event("api", event_of(EventKind::started, "[1/2] RUN " + std::to_string(i)));
  }
  shown.pass(milliseconds(100));
  CHECK(shown.screen.lines().size() == 5);
  CHECK(shown.screen.holds("and 7 more steps"));
  CHECK(shown.screen.complaints().empty());
}

TEST_CASE("terminal: layers of a cached step on their way have a row until they are there") {
  Shown shown({24, 80});
  shown.view->event("api", event_of(EventKind::cached, "[1/2] RUN make"));
  shown.view->event("api", transfer("[1/2] RUN make", "layer", false));
  shown.pass(milliseconds(100));
  CHECK(shown.screen.holds("downloading 1 MiB"));
  shown.view->event("api", transfer("[1/2] RUN make", "layer", true));
  shown.pass(milliseconds(100));
  CHECK_FALSE(shown.screen.holds("downloading"));
}

TEST_CASE("terminal: targets are named when there are several, and only then") {
  Shown one({24, 80});
  Shown several({24, 80}, true);
  for (Shown* shown : {&one, &several}) {
    shown->view->event("api", event_of(EventKind::cached, "[1/2] RUN make"));
    shown->pass(milliseconds(100));
  }
  CHECK(one.screen.holds("cached             [1/2] RUN make"));
  CHECK(several.screen.holds("cached             [api] [1/2] RUN make"));
}

TEST_CASE("terminal: nothing of the live rows is left when the view is gone") {
  Shown shown({24, 80});
  shown.view->event("api", event_of(EventKind::started, "[1/2] RUN make"));
  shown.pass(milliseconds(100));
  REQUIRE(shown.screen.holds("running"));
  shown.view.reset();
  CHECK_FALSE(shown.screen.holds("running"));
  CHECK(shown.screen.lines().back().empty());
}

TEST_CASE("terminal: what was not drawn yet is printed when the view is gone") {
  Shown shown({24, 80});
  shown.view->event("api", event_of(EventKind::cached, "[1/2] RUN make"));
  shown.view.reset();
  CHECK(shown.screen.holds("cached"));
}

TEST_CASE("terminal: no size, no event and no output make it wrap or leave the screen") {
  std::mt19937 random(99);  // NOLINT(cert-msc51-cpp): the same events every time
  for (int round = 0; round < 60; ++round) {
    const TerminalSize size{static_cast<int>(random() % 12) + 1,
                            static_cast<int>(random() % 120) + 2};
    CAPTURE(size.rows);
    CAPTURE(size.columns);
    Shown shown(size, random() % 2 == 0);
    for (int i = 0; i < 120; ++i) {
      shown.view->event("api", random_event(random));
      shown.now += milliseconds(random() % 100);
    }
    shown.view->line(random_text(random));
    shown.view->target_finished("api", random_text(random));
    REQUIRE(shown.screen.complaints() == std::vector<std::string>());
    REQUIRE_FALSE(shown.screen.holds("running"));
  }
}

}  // namespace buildcache::report
