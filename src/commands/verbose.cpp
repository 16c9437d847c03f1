#include "commands/verbose.hpp"

#include "core/text.hpp"
#include "report/json_log.hpp"

#include <fmt/format.h>

namespace buildcache::commands {

namespace {

std::string trace_line(const sys::ProcessTrace& trace) {
  const std::string outcome = trace.error ? trace.error->message : std::to_string(trace.code);
  return core::printable(fmt::format("process: {} -> {} in {}",
                                     shown_command(trace.argv),
                                     outcome,
                                     core::human_duration(trace.duration))) +
         "\n";
}

Seams with_processes(const Seams& seams, sys::ProcessRunner& processes) {
  return {seams.environment,
          seams.files,
          processes,
          seams.http,
          seams.clock,
          seams.interruption,
          seams.out,
          seams.err,
          seams.err_is_terminal,
          seams.terminal,
          seams.in,
          seams.open_tree};
}

}  // namespace

Seams with_json_log(const Seams& seams) {
  Seams told = seams;
  told.err_is_terminal = false;
  told.err = [&seams](std::string_view text) {
    seams.err(report::json_log(text, seams.clock.now()));
  };
  return told;
}

std::string shown_command(const std::vector<std::string>& argv) {
  std::vector<std::string> shown;
  bool is_argument = false;
  for (const std::string& word : argv) {
    const std::size_t sign = word.find('=');
    shown.push_back(is_argument && sign != std::string::npos ? word.substr(0, sign) + "=***"
                                                             : word);
    is_argument = word == "--build-arg";
  }
  return core::shell_joined(shown);
}

VerboseSeams::VerboseSeams(const Seams& seams, Verbosity verbosity)
    : tracing_(seams.processes,
               seams.clock,
               [&seams](const sys::ProcessTrace& trace) { seams.err(trace_line(trace)); }),
      seams_(with_processes(seams,
                            verbosity == Verbosity::verbose
                                ? static_cast<sys::ProcessRunner&>(tracing_)
                                : seams.processes)) {}

}  // namespace buildcache::commands
