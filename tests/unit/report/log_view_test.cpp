#include "events.hpp"
#include "report/progress_view.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace buildcache::report {
namespace {

using docker::EventKind;
using docker::VertexKind;
using std::chrono::milliseconds;

struct Log {
  explicit Log(bool several_targets = false)
      : view(make_log_view([this](std::string_view piece) { text += piece; }, several_targets)) {}

  std::string text;
  std::unique_ptr<ProgressView> view;
};

}  // namespace

TEST_CASE("log: a step says when it begins, what it prints and how long it took") {
  Log log;
  log.view->event("api", event_of(EventKind::started, "[1/2] RUN make"));
  log.view->event("api", event_of(EventKind::log, "[1/2] RUN make", "CC one.o\nCC tw"));
  log.view->event("api", event_of(EventKind::log, "[1/2] RUN make", "o.o\n"));
  log.view->event("api", completed("[1/2] RUN make", milliseconds(1500)));
  CHECK(log.text ==
        "running            [1/2] RUN make\n"
        "                   | CC one.o\n"
        "                   | CC two.o\n"
        "done        1.5 s  [1/2] RUN make\n");
}

TEST_CASE("log: output is named again after another step's came between") {
  Log log;
  log.view->event("api", event_of(EventKind::log, "[1/2] RUN a", "one\n"));
  log.view->event("api", event_of(EventKind::log, "[2/2] RUN b", "two\n"));
  log.view->event("api", event_of(EventKind::log, "[1/2] RUN a", "three\n"));
  CHECK(log.text ==
        "running            [1/2] RUN a\n                   | one\n"
        "running            [2/2] RUN b\n                   | two\n"
        "running            [1/2] RUN a\n                   | three\n");
}

TEST_CASE("log: BuildKit's short housekeeping is no news") {
  Log log;
  log.view->event("api",
                  of_kind(VertexKind::internal, completed("[internal] load", milliseconds(12))));
  CHECK(log.text.empty());
}

TEST_CASE("log: a failed cache import is a warning, a failed step is not") {
  Log log;
  log.view->event("api",
                  of_kind(VertexKind::import, event_of(EventKind::failed, "importing", "401")));
  log.view->event("api", event_of(EventKind::failed, "[1/2] RUN make", "exit code: 2"));
  CHECK(log.text ==
        "warning            importing: 401\n"
        "FAILED             [1/2] RUN make: exit code: 2\n");
}

TEST_CASE("log: a failed step's unfinished line comes before its failure") {
  Log log;
  log.view->event("api", event_of(EventKind::log, "[1/2] RUN make", "no newline"));
  log.view->event("api", event_of(EventKind::failed, "[1/2] RUN make", "exit code: 2"));
  CHECK(log.text.find("| no newline\nFAILED") != std::string::npos);
}

TEST_CASE("log: every line names its target when there are several") {
  Log log(true);
  log.view->target_started("api");
  log.view->event("api", event_of(EventKind::log, "[1/2] RUN make", "one\n"));
  log.view->target_finished("api", "built");
  std::istringstream lines(log.text);
  for (std::string line; std::getline(lines, line);) {
    CHECK(line.starts_with("[api] "));
  }
}

TEST_CASE("log: no event makes a line that CI would take for a command") {
  const std::string evil = "::error::x\n  ::set-output name=a::b\n##[error]y\r::z\n\x1b[31m::w\n";
  for (int kind = 0; kind < 8; ++kind) {
    Log log;
    docker::Event event = event_of(static_cast<EventKind>(kind), evil, evil);
    event.duration = milliseconds(5000);
    log.view->event(evil, event);
    log.view->event("api", event_of(EventKind::completed, evil));
    log.view->line(evil);
    log.view->target_finished(evil, evil);
    CAPTURE(log.text);
    CHECK(log.text.find("##[") == std::string::npos);
    CHECK(log.text.find('\x1b') == std::string::npos);
    std::istringstream lines(log.text);
    for (std::string line; std::getline(lines, line);) {
      const std::size_t first = line.find_first_not_of(" \t");
      CHECK((first == std::string::npos || line.compare(first, 2, "::") != 0));
    }
  }
}

TEST_CASE("log: targets that build side by side never share a line") {
  Log log(true);
  std::vector<std::jthread> threads;
  for (const char* target : {"api", "web"}) {
    threads.emplace_back([&log, target] {
      for (int i = 0; i < 500; ++i) {
        log.view->event(target, event_of(EventKind::log, "[1/2] RUN make", "xx\n"));
      }
    });
  }
  threads.clear();
  std::istringstream lines(log.text);
  for (std::string line; std::getline(lines, line);) {
    REQUIRE((line.ends_with("| xx") || line.ends_with("running            [1/2] RUN make")));
  }
}

}  // namespace buildcache::report
