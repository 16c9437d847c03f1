// One child process: its start, its pipes and its end. Used by PosixProcessRunner alone.
#pragma once

#include "sys/file_descriptor.hpp"
#include "sys/process.hpp"

#include <sys/types.h>

#include <optional>

namespace buildcache::sys {

// How a child ended.
struct ChildEnd {
  int code = 0;
  int signal = 0;
};

// A running child, leader of a process group of its own.
class ChildProcess {
 public:
  // Starts the command. Errors: not_found, forbidden, internal.
  static core::Result<ChildProcess> start(const Command& command);

  // Ends of the pipes that its standard output and error write to; non-blocking.
  FileDescriptor out;
  FileDescriptor err;
  // Readable once the child has ended; not valid on kernels without pidfd (before 5.3).
  FileDescriptor ended;

  // Sends a signal to the child's group. Call it before reap(): until then the group's number
  // cannot belong to anybody else.
  void kill_group(int signal_number) const;

  // Whether the child has ended; it stays a zombie until reap().
  [[nodiscard]] bool has_ended() const;

  // Waits for the end and returns how it came. Errors: internal.
  [[nodiscard]] core::Result<ChildEnd> reap() const;

 private:
  pid_t id_ = -1;
};

}  // namespace buildcache::sys
