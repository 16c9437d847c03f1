#include "sys/tracing_process.hpp"

#include <utility>

namespace buildcache::sys {

TracingProcesses::TracingProcesses(ProcessRunner& inner,
                                   Clock& clock,
                                   std::function<void(const ProcessTrace&)> on_trace)
    : inner_(inner), clock_(clock), on_trace_(std::move(on_trace)) {}

core::Result<Exit> TracingProcesses::run(const Command& command, const RunOptions& options) {
  const auto start = clock_.steady();
  auto exit = inner_.run(command, options);
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(clock_.steady() - start);
  on_trace_({command.argv,
             exit ? exit->code : 0,
             exit ? std::nullopt : std::optional(exit.error()),
             took});
  return exit;
}

}  // namespace buildcache::sys
