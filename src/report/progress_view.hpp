// BuildKit's events as lines of a log or as a live picture in a terminal. Pure but for the sink.
#pragma once

#include "docker/progress_event.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace buildcache::report {

// Receives text to print; lines come whole.
using Sink = std::function<void(std::string_view)>;

// Shows the progress of several targets that build side by side. Thread-safe.
class ProgressView {
 public:
  ProgressView() = default;
  ProgressView(const ProgressView&) = delete;  // used by reference
  ProgressView& operator=(const ProgressView&) = delete;
  virtual ~ProgressView() = default;
  virtual void target_started(const std::string& target) = 0;
  virtual void event(const std::string& target, const docker::Event& event) = 0;
  // `note` is one line that tells the outcome.
  virtual void target_finished(const std::string& target, const std::string& note) = 0;
  // A line of ours between the events ("exporting cache", a warning).
  virtual void line(std::string_view text) = 0;
  // Time has passed: redraws what shows running times. Call a few times a second.
  virtual void tick() {}
};

// One line an event, build output grouped under its step, "target | " in front when there are
// several. Output of the build is made printable and cannot act as a CI command.
std::unique_ptr<ProgressView> make_log_view(Sink sink, bool several_targets);

struct TerminalSize {
  int rows = 24;
  int columns = 80;
};

// A picture of the running steps that is redrawn in place, finished steps scrolling away above it;
// it is gone with the view. Never wraps a line and never draws more rows than there are; a failed
// step shows its last output. `now` is monotonic time since an arbitrary start.
std::unique_ptr<ProgressView> make_terminal_view(Sink sink,
                                                 TerminalSize size,
                                                 std::function<std::chrono::milliseconds()> now,
                                                 bool several_targets = true);

}  // namespace buildcache::report
