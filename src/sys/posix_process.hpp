// Starting programs on Linux.
#pragma once

#include "sys/process.hpp"

namespace buildcache::sys {

// Empty and relative entries of PATH are passed over, so that a checkout cannot bring its own
// `docker`. Without PATH the system's usual folders are searched. A child gets SIGTERM when the
// thread that runs it dies, and with it when this process is killed.
class PosixProcessRunner final : public ProcessRunner {
 public:
  using ProcessRunner::run;
  core::Result<Exit> run(const Command& command, const RunOptions& options) override;
};

}  // namespace buildcache::sys
