// The steps that run now, as the rows of a live picture.
#pragma once

#include "docker/progress_event.hpp"
#include "report/output_lines.hpp"

#include <chrono>
#include <cstddef>
#include <deque>
#include <list>
#include <set>
#include <string>
#include <vector>

namespace buildcache::report {

// A vertex at work, or one whose layers are on their way.
struct LiveStep {
  std::string source;  // see source_of()
  std::string target;
  std::string name;                // as step_name()
  std::string status;              // the last line of output, or what is transferred
  std::deque<std::string> output;  // its last lines
  std::size_t forgotten = 0;       // lines before those
  std::set<std::string> transfers;
  bool transfer_only = false;  // shown because of its transfers alone
  std::chrono::milliseconds since{0};
};

// What a failed step printed last.
struct LastOutput {
  std::vector<std::string> lines;
  std::size_t forgotten = 0;
};

// Follows which steps are live. Not thread-safe.
class LiveSteps {
 public:
  // Takes a started, log or status event.
  void take(const std::string& target, const docker::Event& event, std::chrono::milliseconds now);
  // Forgets a step that ended; returns what it printed last, an unfinished line included.
  LastOutput end(const std::string& source);
  void end_target(const std::string& target);

  [[nodiscard]] const std::list<LiveStep>& steps() const { return steps_; }

 private:
  LiveStep& row_of(const std::string& target,
                   const docker::Event& event,
                   std::chrono::milliseconds now);
  void take_output(LiveStep& step, const docker::Event& event);
  void take_transfer(LiveStep& step, const docker::Event& event);

  std::list<LiveStep> steps_;
  OutputLines lines_;
};

// Returns at most `most` rows of at most `columns` each, without colours; when there are more steps
// the last row counts them.
std::vector<std::string> live_rows(const std::list<LiveStep>& steps,
                                   bool several_targets,
                                   std::chrono::milliseconds now,
                                   std::size_t most,
                                   std::size_t columns);

}  // namespace buildcache::report
