// BuildKit's own progress stream (`--progress=rawjson`) as events and as a summary of steps.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "docker/build_result.hpp"

namespace buildcache::docker {

enum class EventKind { started, cached, completed, failed, log, status, warning, plain };

// One thing a viewer may want to show.
struct Event {
  EventKind kind = EventKind::plain;
  std::string vertex;  // digest; empty for plain
  std::string name;    // the vertex's name, printable
  std::string text;    // log: bytes as the build printed them (hostile); failed: error; plain: a line
                       // of buildx's that is not JSON; status: "downloading 3.1 MiB of 20 MiB"
  std::chrono::milliseconds duration{0};  // completed, failed
};

// Reads the stream in pieces. Bounded: lines over 4 MiB and more than 50,000 vertexes are dropped and
// counted, never an error; whatever is not JSON becomes `plain`. Not thread-safe.
class ProgressReader {
 public:
  // Returns the events that `bytes` complete.
  std::vector<Event> feed(std::string_view bytes);
  // Returns the events of an unfinished last line.
  std::vector<Event> finish();

  // All vertexes so far, merged, in the order they were first named.
  [[nodiscard]] const std::vector<Step>& steps() const { return steps_; }
  // Warnings of the Dockerfile frontend so far, printable.
  [[nodiscard]] const std::vector<std::string>& warnings() const { return warnings_; }
  // The last lines that were not JSON (buildx's own error message is among them).
  [[nodiscard]] const std::vector<std::string>& plain_lines() const { return plain_; }
  [[nodiscard]] std::size_t dropped() const { return dropped_; }

 private:
  std::string rest_;
  std::vector<Step> steps_;
  std::map<std::string, std::size_t, std::less<>> index_;
  std::vector<std::string> warnings_;
  std::vector<std::string> plain_;
  std::size_t dropped_ = 0;
};

}  // namespace buildcache::docker
