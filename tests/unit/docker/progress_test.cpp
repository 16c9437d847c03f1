#include "docker/progress.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace buildcache::docker {
namespace {

std::vector<EventKind> kinds_of(const std::vector<Event>& events) {
  std::vector<EventKind> kinds;
  kinds.reserve(events.size());
  for (const auto& event : events) {
    kinds.push_back(event.kind);
  }
  return kinds;
}

std::string vertex(const std::string& fields) {
  return R"({"vertexes":[{"digest":"d","name":"[a 2/3] RUN x")" + fields + "}]}\n";
}

const std::string kStarted1 = R"(,"started":"2026-01-01T00:00:01Z")";
const std::string kCompleted2 = R"(,"completed":"2026-01-01T00:00:02Z")";

using Kinds = std::vector<EventKind>;

TEST_CASE("progress: a vertex that runs starts and completes with its time") {
  ProgressReader reader;
  CHECK(reader.feed(vertex("")).empty());
  CHECK(kinds_of(reader.feed(vertex(kStarted1))) == Kinds{EventKind::started});
  const auto events = reader.feed(vertex(kStarted1 + kCompleted2));
  REQUIRE(kinds_of(events) == Kinds{EventKind::completed});
  CHECK(events[0].duration == std::chrono::seconds(1));
  REQUIRE(reader.steps().size() == 1);
  CHECK(reader.steps()[0].stage == "a");
}

TEST_CASE("progress: the intervals of a vertex add up, repeated ones once") {
  ProgressReader reader;
  reader.feed(vertex(kStarted1 + kCompleted2));
  CHECK(reader.feed(vertex(kStarted1 + kCompleted2)).empty());
  reader.feed(vertex(R"(,"started":"2026-01-01T00:00:05Z","completed":"2026-01-01T00:00:08Z")"));
  reader.feed(vertex(kStarted1 + kCompleted2));
  CHECK(reader.steps()[0].duration == std::chrono::seconds(4));
}

TEST_CASE("progress: a cached vertex stays cached when its layers are downloaded") {
  ProgressReader reader;
  CHECK(kinds_of(reader.feed(vertex(kStarted1 + R"(,"cached":true)"))) == Kinds{EventKind::cached});
  CHECK(reader.feed(vertex(kStarted1 + kCompleted2 + R"(,"cached":true)")).empty());
  CHECK(reader.feed(vertex(R"(,"started":"2026-01-01T00:00:05Z")")).empty());
  CHECK(
      reader.feed(vertex(R"(,"started":"2026-01-01T00:00:05Z","completed":"2026-01-01T00:00:09Z")"))
          .empty());
  CHECK(reader.steps()[0].cached);
  CHECK(reader.steps()[0].duration.count() == 0);
}

TEST_CASE("progress: a failure is told once and keeps BuildKit's words") {
  ProgressReader reader;
  const std::string failed = kStarted1 + kCompleted2 + R"(,"error":"exit code: 3")";
  const auto events = reader.feed(vertex(failed));
  REQUIRE(kinds_of(events) == Kinds{EventKind::started, EventKind::failed});
  CHECK(events[1].text == "exit code: 3");
  CHECK(reader.feed(vertex(failed)).empty());
  CHECK(reader.steps()[0].error == "exit code: 3");
}

TEST_CASE("progress: a cached vertex that could not be loaded and ran after all is not cached") {
  ProgressReader reader;
  reader.feed(vertex(kStarted1 + R"(,"cached":true)"));
  reader.feed(vertex(kStarted1 + kCompleted2 + R"(,"cached":true,"error":"gone")"));
  reader.feed(vertex(R"(,"started":"2026-01-01T00:00:05Z","error":"gone")"));
  reader.feed(vertex(R"(,"started":"2026-01-01T00:00:05Z","completed":"2026-01-01T00:00:06Z")"));
  const Step& step = reader.steps()[0];
  CHECK_FALSE(step.cached);
  CHECK(step.error.empty());
  CHECK(step.lost == "gone");
  CHECK(step.duration == std::chrono::seconds(1));
}

TEST_CASE("progress: a status is told when it changes") {
  ProgressReader reader;
  reader.feed(vertex(kStarted1));
  const auto status = [](const std::string& fields) {
    return R"({"statuses":[{"vertex":"d","id":"sha256:x")" + fields + "}]}\n";
  };
  auto events = reader.feed(status(R"(,"current":1048576,"total":3145728)"));
  REQUIRE(kinds_of(events) == Kinds{EventKind::status});
  CHECK(events[0].text == "downloading 1.0 MiB of 3.0 MiB");
  CHECK(events[0].total == 3145728);
  CHECK(reader.feed(status(R"(,"current":1048576,"total":3145728)")).empty());
  events = reader.feed(status(R"(,"current":3145728,"total":3145728,"completed":"x")"));
  REQUIRE(events.size() == 1);
  CHECK(events[0].done);
}

TEST_CASE("progress: build output comes as it is, of known vertexes only") {
  ProgressReader reader;
  CHECK(reader.feed("{\"logs\":[{\"vertex\":\"d\",\"data\":\"G1szMW0K\"}]}\n").empty());
  reader.feed(vertex(kStarted1));
  const auto events = reader.feed("{\"logs\":[{\"vertex\":\"d\",\"data\":\"G1szMW0K\"}]}\n");
  REQUIRE(events.size() == 1);
  CHECK(events[0].text == "\x1b[31m\n");
  CHECK(events[0].name == "[a 2/3] RUN x");
}

TEST_CASE("progress: a warning of the Dockerfile is told once") {
  ProgressReader reader;
  const std::string warning = "{\"warnings\":[{\"vertex\":\"d\",\"short\":\"dw==\"}]}\n";
  CHECK(kinds_of(reader.feed(warning)) == Kinds{EventKind::warning});
  CHECK(reader.feed(warning).empty());
  CHECK(reader.warnings() == std::vector<std::string>{"w"});
}

TEST_CASE("progress: lines that are no JSON are kept printable, the last ones only") {
  ProgressReader reader;
  const auto events = reader.feed("ERROR: \x1b[1m\n{not json}\n");
  CHECK(kinds_of(events) == Kinds{EventKind::plain, EventKind::plain});
  CHECK(events[0].text == "ERROR: \\x1b[1m");
  for (int i = 0; i < 500; ++i) {
    reader.feed("line " + std::to_string(i) + "\n");
  }
  CHECK(reader.plain_lines().size() == 200);
  CHECK(reader.plain_lines().back() == "line 499");
}

TEST_CASE("progress: an unfinished last line is told at the end") {
  ProgressReader reader;
  CHECK(reader.feed("ERROR: x").empty());
  CHECK(kinds_of(reader.finish()) == Kinds{EventKind::plain});
  CHECK(reader.finish().empty());
}

TEST_CASE("progress: vertexes beyond the limit are counted and dropped") {
  ProgressReader reader;
  for (int i = 0; i < 50'010; ++i) {
    reader.feed(R"({"vertexes":[{"digest":")" + std::to_string(i) + "\"}]}\n");
  }
  CHECK(reader.steps().size() == 50'000);
  CHECK(reader.dropped() == 10);
}

}  // namespace
}  // namespace buildcache::docker
