// BuildKit's own progress stream (`--progress=rawjson`) as events and as a summary of steps.
#pragma once

#include "docker/build_result.hpp"
#include "docker/document_stream.hpp"
#include "docker/progress_event.hpp"
#include "docker/solve_status.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace buildcache::docker {

// Reads the stream in pieces, in both forms buildx has: one document a line, and (0.13) indented
// over many lines. Bounded: documents over 4 MiB and more than 50,000 vertexes are dropped and
// counted, never an error; whatever is not JSON becomes `plain`. Not thread-safe.
class ProgressReader {
 public:
  // Returns the events that `bytes` complete.
  std::vector<Event> feed(std::string_view bytes);
  // Returns the events of an unfinished last line.
  std::vector<Event> finish();

  // All vertexes so far, merged, in the order they were first named.
  [[nodiscard]] const std::vector<Step>& steps() const { return steps_; }
  // Warnings of the Dockerfile frontend so far, printable, each once.
  [[nodiscard]] const std::vector<std::string>& warnings() const { return warnings_; }
  // The last 200 lines that were not JSON (buildx's own error message is among them), printable.
  [[nodiscard]] const std::vector<std::string>& plain_lines() const { return plain_; }
  [[nodiscard]] std::size_t dropped() const { return documents_.dropped() + dropped_; }

 private:
  // What merging needs to know of a vertex beside its Step. Times are nanoseconds since 1970.
  struct Track {
    std::int64_t started = 0;                                // of the interval running or run last
    std::int64_t completed = 0;                              // of the same; 0 while it runs
    std::int64_t earlier = 0;                                // running time of the intervals before
    std::int64_t failed = 0;                                 // when it failed; 0: it did not
    std::map<std::string, std::int64_t, std::less<>> shown;  // of each status: `current`, -1 done
  };

  void take(const DocumentStream::Piece& piece, std::vector<Event>& events);
  void take_plain(const std::string& line, std::vector<Event>& events);
  void take_vertex(const VertexUpdate& update, std::vector<Event>& events);
  void take_status(const StatusUpdate& update, std::vector<Event>& events);
  void take_log(const LogUpdate& update, std::vector<Event>& events);
  void take_warning(const WarningUpdate& update, std::vector<Event>& events);
  // Adds the running time that `update` tells; returns whether it ends an interval.
  bool keep_time(const VertexUpdate& update, std::size_t place);
  // Takes over whether it was cached or failed, or ran after all.
  void keep_outcome(const VertexUpdate& update, std::size_t place);
  // Returns the place of the vertex in steps_, nullopt when there are too many.
  std::optional<std::size_t> place_of(const std::string& digest);
  [[nodiscard]] Event event_of(EventKind kind, std::size_t place) const;

  DocumentStream documents_;
  std::vector<Step> steps_;
  std::vector<Track> tracks_;  // beside steps_
  std::map<std::string, std::size_t, std::less<>> index_;
  std::vector<std::string> warnings_;
  std::vector<std::string> plain_;
  std::size_t statuses_ = 0;
  std::size_t dropped_ = 0;
};

}  // namespace buildcache::docker
