// One piece of news of a solve, as a viewer takes it. Plain data.
#pragma once

#include "docker/vertex_kind.hpp"

#include <chrono>
#include <cstdint>
#include <string>

namespace buildcache::docker {

enum class EventKind { started, cached, completed, failed, log, status, warning, plain };

// One thing a viewer may want to show. A vertex starts once and is `cached` or `failed` at most
// once. It may complete several times, as BuildKit takes it up again (checking the cache,
// downloading, extracting): each time with its running time so far. A cached vertex has `status`
// events when its layers are downloaded, and no `completed` any more.
struct Event {
  EventKind kind = EventKind::plain;
  std::string vertex;  // digest; empty for plain
  std::string name;    // the vertex's name, printable
  std::string text;  // log: bytes as the build printed them (hostile); failed: error; warning: its
                     // short form; plain: a line of buildx's that is not JSON; status:
                     // "downloading 3.1 MiB of 20 MiB". All but log are printable.
  std::chrono::milliseconds duration{0};  // completed, failed
  VertexKind vertex_kind = VertexKind::internal;
  bool internal = false;     // as in Step
  std::string status;        // status: BuildKit's id of it, such as a layer's digest
  std::int64_t current = 0;  // status: bytes or items so far
  std::int64_t total = 0;    // status: 0 when not known
  bool done = false;         // status: completed
};

}  // namespace buildcache::docker
