// Short ways to write BuildKit's events.
#pragma once

#include "docker/progress_event.hpp"

#include <chrono>
#include <string>
#include <utility>

namespace buildcache::report {

inline docker::Event event_of(docker::EventKind kind, std::string name, std::string text = {}) {
  docker::Event event;
  event.kind = kind;
  event.vertex = "sha256:" + name;
  event.name = std::move(name);
  event.text = std::move(text);
  event.vertex_kind = docker::VertexKind::step;
  return event;
}

inline docker::Event completed(std::string name, std::chrono::milliseconds duration) {
  docker::Event event = event_of(docker::EventKind::completed, std::move(name));
  event.duration = duration;
  return event;
}

inline docker::Event of_kind(docker::VertexKind kind, docker::Event event) {
  event.vertex_kind = kind;
  event.internal = kind != docker::VertexKind::step && kind != docker::VertexKind::base;
  return event;
}

inline docker::Event transfer(std::string name, std::string id, bool done) {
  docker::Event event = event_of(docker::EventKind::status, std::move(name), "downloading 1 MiB");
  event.status = std::move(id);
  event.done = done;
  return event;
}

}  // namespace buildcache::report
