// Telling which programs are run, and how that ended.
#pragma once

#include "sys/clock.hpp"
#include "sys/process.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace buildcache::sys {

struct ProcessTrace {
  std::vector<std::string> argv;
  int code = 0;                      // as Exit::code
  std::optional<core::Error> error;  // it could not be run
  std::chrono::milliseconds duration{0};
};

// Thread-safe when `on_trace` is.
class TracingProcesses final : public ProcessRunner {
 public:
  // `inner` and `clock` must outlive this object. `on_trace` is called on the running thread.
  TracingProcesses(ProcessRunner& inner,
                   Clock& clock,
                   std::function<void(const ProcessTrace&)> on_trace);

  using ProcessRunner::run;
  core::Result<Exit> run(const Command& command, const RunOptions& options) override;

 private:
  ProcessRunner& inner_;
  Clock& clock_;
  std::function<void(const ProcessTrace&)> on_trace_;
};

}  // namespace buildcache::sys
