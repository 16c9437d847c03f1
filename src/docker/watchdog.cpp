#include "docker/watchdog.hpp"

#include "core/text.hpp"
#include "docker/vertex_name.hpp"

#include <algorithm>

namespace buildcache::docker {
namespace {

bool is_layer(const Event& event) {
  return event.kind == EventKind::status && event.status.starts_with("sha256:");
}

std::string for_time(std::chrono::milliseconds duration) {
  return " for " + core::human_duration(duration);
}

}  // namespace

Watchdog::Watchdog(std::chrono::milliseconds patience, Time now)
    : patience_(patience), begun_(now), last_download_(now) {}

void Watchdog::see(const Event& event, Time now) {
  if (event.vertex.empty()) {
    return;
  }
  any_vertex_ = true;
  if (event.kind == EventKind::cached) {
    cached_[event.vertex] = true;
  }
  const VertexName name = read_vertex_name(event.name);
  if (name.kind == VertexKind::import) {
    if (event.kind == EventKind::completed || event.kind == EventKind::failed) {
      imports_.erase(event.vertex);
    } else {
      imports_[event.vertex] = {name.import, now};
    }
  }
  if (!is_layer(event)) {
    return;
  }
  const auto key = std::make_pair(event.vertex, event.status);
  const auto known = downloads_.find(key);
  if (known == downloads_.end() || known->second != event.current || event.done) {
    last_download_ = now;
  }
  if (event.done || (event.total > 0 && event.current >= event.total)) {
    downloads_.erase(key);
  } else {
    downloads_[key] = event.current;
  }
}

std::optional<Stall> Watchdog::check(Time now) const {
  if (!any_vertex_) {
    const auto limit = std::max<std::chrono::milliseconds>(patience_, kBuilderPatience);
    if (now - begun_ < limit) {
      return std::nullopt;
    }
    return Stall{false, {}, "the builder gave no sign of life" + for_time(limit)};
  }
  for (const auto& [vertex, import] : imports_) {
    if (now - import.last >= patience_) {
      return Stall{true, import.ref, "no answer for the cache " + import.ref + for_time(patience_)};
    }
  }
  const bool waiting = std::ranges::any_of(
      downloads_, [this](const auto& entry) { return cached_.contains(entry.first.first); });
  if (waiting && now - last_download_ >= patience_) {
    return Stall{true, {}, "the layers of a cached step did not arrive" + for_time(patience_)};
  }
  return std::nullopt;
}

}  // namespace buildcache::docker
