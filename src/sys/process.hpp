// Starting other programs: argv vectors, never a shell.
#pragma once

#include "core/result.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace buildcache::sys {

struct Command {
  std::vector<std::string> argv;                   // argv[0] is looked up in PATH of `environment`
  std::map<std::string, std::string> environment;  // the child's whole environment
  std::string working_directory;                   // empty: ours
  std::string input;                               // written to its standard input, then closed
  std::optional<std::chrono::milliseconds> timeout;
};

enum class Stream { out, err };

struct RunOptions {
  // Called from the calling thread with pieces of output as they come, instead of capturing them.
  // Pieces end anywhere. May be empty.
  std::function<void(Stream, std::string_view)> on_output;
  // Called from the calling thread at least every `tick` while the child runs; returning false ends
  // the child as a stop request does. May be empty.
  std::function<bool()> on_tick;
  std::chrono::milliseconds tick{100};
  // A stop request sends `stop_signal` to the child's process group, and SIGKILL after `grace`.
  std::stop_token stop;
  std::function<int()> stop_signal;  // default SIGTERM
  std::chrono::milliseconds grace{10'000};
  // Captured output beyond this many bytes a stream is dropped, the end is kept.
  std::size_t capture_limit = 4U << 20U;
};

struct Exit {
  int code = 0;            // exit status; 128 + signal when a signal ended it
  int signal = 0;          // the signal that ended it, 0 for a normal exit
  bool timed_out = false;  // ended by us after the timeout
  bool stopped = false;    // ended by us after a stop request or on_tick
  std::string out;         // captured standard output, empty with on_output
  std::string err;
};

// Runs programs. Thread-safe.
class ProcessRunner {
 public:
  ProcessRunner() = default;
  ProcessRunner(const ProcessRunner&) = delete;  // used by reference
  ProcessRunner& operator=(const ProcessRunner&) = delete;
  virtual ~ProcessRunner() = default;

  // Runs the command to its end. A non-zero exit is a value. The child runs in a process group of
  // its own, gets no file descriptors but 0, 1, 2, and none of our signal mask; none of its group
  // is left behind when it was stopped. Errors: not_found (no such program), forbidden (not
  // executable), internal.
  virtual core::Result<Exit> run(const Command& command, const RunOptions& options) = 0;

  core::Result<Exit> run(const Command& command) { return run(command, RunOptions{}); }
};

}  // namespace buildcache::sys
