#include "docker/watchdog.hpp"

#include <doctest/doctest.h>

namespace buildcache::docker {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

const Watchdog::Time kBegin = Watchdog::Time() + minutes(100);

Event event_of(EventKind kind, const std::string& vertex, const std::string& name) {
  Event event;
  event.kind = kind;
  event.vertex = vertex;
  event.name = name;
  return event;
}

Event download(const std::string& vertex, std::int64_t current, bool done = false) {
  Event event = event_of(EventKind::status, vertex, "[a 2/3] RUN x");
  event.status = "sha256:layer";
  event.current = current;
  event.total = 100;
  event.done = done;
  return event;
}

const char* const kImport = "importing cache manifest from ghcr.io/a/b:c";

TEST_CASE("watchdog: an import without a sign of life is named after its patience") {
  Watchdog dog(seconds(60), kBegin);
  dog.see(event_of(EventKind::started, "i", kImport), kBegin);
  dog.see(event_of(EventKind::started, "r", "[a 2/3] RUN sleep"), kBegin + seconds(30));
  CHECK_FALSE(dog.check(kBegin + seconds(59)));
  const auto stall = dog.check(kBegin + seconds(60));
  REQUIRE(stall);
  CHECK(stall->import);
  CHECK(stall->ref == "ghcr.io/a/b:c");
}

TEST_CASE("watchdog: an import that gets on, completes or fails does not hang") {
  Watchdog dog(seconds(60), kBegin);
  dog.see(event_of(EventKind::started, "i", kImport), kBegin);
  dog.see(event_of(EventKind::status, "i", kImport), kBegin + seconds(50));
  CHECK_FALSE(dog.check(kBegin + seconds(100)));
  dog.see(event_of(EventKind::failed, "i", kImport), kBegin + seconds(105));
  CHECK_FALSE(dog.check(kBegin + seconds(200)));
}

TEST_CASE("watchdog: a download of a cached step that stands still is a hanging cache") {
  Watchdog dog(seconds(60), kBegin);
  dog.see(event_of(EventKind::cached, "s", "[a 2/3] RUN x"), kBegin);
  dog.see(download("s", 10), kBegin + seconds(1));
  dog.see(download("s", 20), kBegin + seconds(50));
  CHECK_FALSE(dog.check(kBegin + seconds(109)));
  const auto stall = dog.check(kBegin + seconds(110));
  REQUIRE(stall);
  CHECK(stall->import);
  CHECK(stall->ref.empty());
}

TEST_CASE("watchdog: a download waits its turn while another one gets on") {
  Watchdog dog(seconds(60), kBegin);
  dog.see(event_of(EventKind::cached, "s", "[a 2/3] RUN x"), kBegin);
  dog.see(download("s", 0), kBegin);
  dog.see(download("t", 50), kBegin + seconds(55));
  CHECK_FALSE(dog.check(kBegin + seconds(100)));
  dog.see(download("s", 100, true), kBegin + seconds(101));
  dog.see(download("t", 100, true), kBegin + seconds(102));
  CHECK_FALSE(dog.check(kBegin + seconds(300)));
}

TEST_CASE("watchdog: the download of a base image is not a cache of ours") {
  Watchdog dog(seconds(60), kBegin);
  dog.see(event_of(EventKind::started, "b", "[a 1/3] FROM alpine"), kBegin);
  dog.see(download("b", 10), kBegin);
  CHECK_FALSE(dog.check(kBegin + minutes(60)));
}

TEST_CASE("watchdog: a silent step of the user's may take for ever") {
  Watchdog dog(seconds(60), kBegin);
  dog.see(event_of(EventKind::started, "r", "[a 2/3] RUN sleep 7200"), kBegin);
  CHECK_FALSE(dog.check(kBegin + minutes(120)));
}

TEST_CASE("watchdog: a builder that does nothing is given up after its own patience") {
  Watchdog dog(seconds(60), kBegin);
  CHECK_FALSE(dog.check(kBegin + Watchdog::kBuilderPatience - seconds(1)));
  auto stall = dog.check(kBegin + Watchdog::kBuilderPatience);
  REQUIRE(stall);
  CHECK_FALSE(stall->import);

  dog.see(event_of(EventKind::started, "r", "[a 2/3] RUN x"), kBegin);
  dog.see(event_of(EventKind::completed, "r", "[a 2/3] RUN x"), kBegin + minutes(4));
  CHECK_FALSE(dog.check(kBegin + minutes(8)));
  stall = dog.check(kBegin + minutes(9));
  REQUIRE(stall);
  CHECK_FALSE(stall->import);
}

}  // namespace
}  // namespace buildcache::docker
