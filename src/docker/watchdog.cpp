#include "docker/watchdog.hpp"

#include "core/text.hpp"
#include "docker/vertex_name.hpp"

#include <algorithm>

namespace buildcache::docker {
namespace {

std::string for_time(std::chrono::milliseconds duration) {
  return " for " + core::human_duration(duration);
}

}  // namespace

Watchdog::Watchdog(std::chrono::milliseconds patience, Time now)
    : patience_(patience), last_event_(now), last_download_(now) {}

void Watchdog::see(const Event& event, Time now) {
  last_event_ = now;
  if (event.vertex.empty()) {
    return;
  }
  if (event.kind == EventKind::cached) {
    cached_.insert(event.vertex);
  }
  see_import(event, now);
  see_layer(event, now);
  see_work(event);
}

void Watchdog::see_import(const Event& event, Time now) {
  const VertexName name = read_vertex_name(event.name);
  if (name.kind != VertexKind::import) {
    return;
  }
  if (event.kind == EventKind::completed || event.kind == EventKind::failed) {
    imports_.erase(event.vertex);
  } else {
    imports_[event.vertex] = {name.import, now};
  }
}

void Watchdog::see_layer(const Event& event, Time now) {
  if (event.kind != EventKind::status || !event.status.starts_with("sha256:")) {
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

void Watchdog::see_work(const Event& event) {
  const auto key = std::make_pair(event.vertex, event.status);
  const bool begins =
      event.kind == EventKind::started || (event.kind == EventKind::status && !event.done);
  const bool ends = event.kind == EventKind::completed || event.kind == EventKind::failed ||
                    event.kind == EventKind::cached || event.done;
  if (begins) {
    running_.insert(key);
  } else if (ends) {
    running_.erase(key);
  }
  if (event.kind == EventKind::completed || event.kind == EventKind::failed) {
    std::erase_if(running_, [&event](const auto& entry) { return entry.first == event.vertex; });
  }
}

std::optional<Stall> Watchdog::check(Time now) const {
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
  const auto limit = std::max<std::chrono::milliseconds>(patience_, kBuilderPatience);
  if (running_.empty() && now - last_event_ >= limit) {
    return Stall{false,
                 {},
                 "the builder did nothing" + for_time(limit) +
                     "; it may be blocked by an earlier cache import that hangs"};
  }
  return std::nullopt;
}

}  // namespace buildcache::docker
