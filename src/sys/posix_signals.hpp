// Turning SIGINT, SIGTERM and SIGHUP into an Interruption.
#pragma once

#include "sys/file_descriptor.hpp"
#include "sys/interruption.hpp"

#include <csignal>
#include <thread>

namespace buildcache::sys {

// While it exists, the first such signal raises `interruption`; a second one ends this process at
// once, as the signal does by default. SIGPIPE is ignored. SIGINT and SIGHUP stay ignored when they
// were (background jobs, nohup). Construct it in main before any thread starts: the signals are
// blocked for the calling thread and those it starts, and received by a thread of its own.
class SignalRelay {
 public:
  // `interruption` must outlive this object.
  explicit SignalRelay(Interruption& interruption);
  SignalRelay(const SignalRelay&) = delete;  // signal dispositions belong to the whole process
  SignalRelay& operator=(const SignalRelay&) = delete;
  ~SignalRelay();

 private:
  void relay();

  Interruption& interruption_;
  sigset_t caught_{};
  FileDescriptor signals_;
  FileDescriptor quit_;
  std::thread thread_;
};

}  // namespace buildcache::sys
