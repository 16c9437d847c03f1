// Which of BuildKit's events deserve a line, and how a step is called in it.
#pragma once

#include "docker/progress_event.hpp"

#include <chrono>
#include <map>
#include <string>

namespace buildcache::report {

// What a viewer makes of an event of a vertex that ended. A cached instruction is news each time,
// as it is told once a solve and a target may be solved again.
class StepNews {
 public:
  // A vertex starts, perhaps in another solve of the same target.
  void start(const std::string& source) { told_.erase(source); }
  // Whether a completed or cached vertex deserves a line: instructions of the Dockerfile and work
  // on caches and images always, BuildKit's housekeeping when it took a second; a vertex that goes
  // on after it completed again when that took another second.
  bool is_news(const std::string& source, const docker::Event& event);

 private:
  std::map<std::string, std::chrono::milliseconds> told_;
};

// Names a vertex within all targets.
std::string source_of(const std::string& target, const docker::Event& event);

// Whether a failed vertex is a cache import or export, after which the build goes on.
bool is_cache_trouble(const docker::Event& event);

// Returns the vertex's name for one line: printable, unable to act as a CI command, digests cut to
// 12 digits.
std::string step_name(const docker::Event& event);

// Returns "done        1.2 s  NAME": label and time in columns of their own. No time: blank.
std::string step_line(std::string_view label, std::string_view time, std::string_view name);

}  // namespace buildcache::report
