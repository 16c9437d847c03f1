// What --verbose and --log-format make of the world a command works in.
#pragma once

#include "commands/options.hpp"
#include "commands/seams.hpp"
#include "sys/tracing_process.hpp"

#include <string>
#include <vector>

namespace buildcache::commands {

// Returns `seams` with a log of JSON lines on standard error; `seams` must outlive it.
Seams with_json_log(const Seams& seams);

// Returns a command line for logs: build arguments without their values, which may be secrets in
// spite of all warnings.
std::string shown_command(const std::vector<std::string>& argv);

// Seams that tell of every program they run, when that is wanted. `seams` must outlive it.
class VerboseSeams {
 public:
  VerboseSeams(const Seams& seams, Verbosity verbosity);
  VerboseSeams(const VerboseSeams&) = delete;
  VerboseSeams& operator=(const VerboseSeams&) = delete;
  ~VerboseSeams() = default;

  [[nodiscard]] const Seams& get() const { return seams_; }

 private:
  sys::TracingProcesses tracing_;
  Seams seams_;
};

}  // namespace buildcache::commands
