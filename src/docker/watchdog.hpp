// Tells a solve that waits for one of our caches for ever from one that works.
#pragma once

#include "docker/progress.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace buildcache::docker {

// What hangs, and which cache is to blame.
struct Stall {
  bool import = true;   // false: the builder itself never answered
  std::string ref;      // the import BuildKit named; empty: it cannot be told from the stream
  std::string message;  // "no answer from … for 60 s"
};

// BuildKit waits for an import without a limit, and cannot cancel it (solver/combinedcache.go). Two
// things count as hanging: an import that was started and shows no event, and layers of a cached
// step that are being downloaded while no download of the whole solve gets on. Besides, a builder
// is given up when for longer it says nothing though nothing runs: another solve's import that
// hangs blocks all of BuildKit (docs/engines.md). Pure; not thread-safe.
class Watchdog {
 public:
  using Time = std::chrono::steady_clock::time_point;

  static constexpr std::chrono::minutes kBuilderPatience{5};

  Watchdog(std::chrono::milliseconds patience, Time now);

  void see(const Event& event, Time now);

  // Returns what hangs at `now`, nullopt when nothing does.
  [[nodiscard]] std::optional<Stall> check(Time now) const;

 private:
  struct Import {
    std::string ref;
    Time last;
  };

  void see_import(const Event& event, Time now);
  void see_layer(const Event& event, Time now);
  void see_work(const Event& event);

  std::chrono::milliseconds patience_;
  Time last_event_;
  std::map<std::string, Import> imports_;                  // running ones, by vertex
  std::set<std::string> cached_;                           // vertexes known to be cached
  std::set<std::pair<std::string, std::string>> running_;  // vertexes, and statuses of vertexes
  std::map<std::pair<std::string, std::string>, std::int64_t> downloads_;  // running: bytes so far
  Time last_download_;
};

}  // namespace buildcache::docker
