// Arbitrary bytes as buildx's output: whatever the pieces, the same events come out, and the
// verdict on them is one.
#include "docker/failure.hpp"
#include "docker/metadata.hpp"
#include "docker/progress.hpp"
#include "docker/watchdog.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

namespace {

using buildcache::docker::Event;
using buildcache::docker::ProgressReader;

std::vector<Event> read(ProgressReader& reader, std::string_view bytes, std::size_t piece) {
  std::vector<Event> events;
  const auto keep = [&events](std::vector<Event> more) {
    std::ranges::move(more, std::back_inserter(events));
  };
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    keep(reader.feed(bytes.substr(at, piece)));
  }
  keep(reader.finish());
  return events;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  ProgressReader whole;
  ProgressReader pieces;
  const auto events = read(whole, bytes, std::max<std::size_t>(size, 1));
  const auto again = read(pieces, bytes, 7);
  if (!std::ranges::equal(events, again, {}, &Event::text, &Event::text)) {
    std::abort();
  }
  buildcache::docker::Watchdog watchdog(std::chrono::seconds(60), {});
  auto now = buildcache::docker::Watchdog::Time();
  for (const Event& event : events) {
    now += std::chrono::seconds(1);
    watchdog.see(event, now);
    static_cast<void>(watchdog.check(now));
  }
  const auto verdict = buildcache::docker::judge({1, whole.steps(), {}, whole.plain_lines()});
  // A failing exit has a reason, and without an import it is never a cache's.
  if (verdict.failure == buildcache::docker::Failure::none || verdict.message.empty() ||
      verdict.failure == buildcache::docker::Failure::import) {
    std::abort();
  }
  static_cast<void>(buildcache::docker::parse_metadata(bytes));
  return 0;
}
