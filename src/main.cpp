// The real world goes in, an exit code comes out.
#include "cli/cli.hpp"
#include "sys/curl_http.hpp"
#include "sys/posix_console.hpp"
#include "sys/posix_environment.hpp"
#include "sys/posix_files.hpp"
#include "sys/posix_process.hpp"
#include "sys/posix_signals.hpp"
#include "sys/posix_tree.hpp"
#include "sys/system_clock.hpp"

int main(int argc, char** argv, char** envp) {
  using namespace buildcache;
  sys::Interruption interruption;
  const sys::SignalRelay relay(interruption);
  const sys::Environment environment = sys::read_environment(envp);
  sys::PosixFiles files;
  sys::PosixProcessRunner processes;
  sys::CurlHttp http(environment);
  sys::SystemClock clock;
  sys::PosixConsole console;
  const auto size = sys::PosixConsole::size();
  const commands::Seams seams{environment,
                              files,
                              processes,
                              http,
                              clock,
                              interruption,
                              [&](std::string_view text) { console.out(text); },
                              [&](std::string_view text) { console.err(text); },
                              sys::PosixConsole::err_is_terminal(environment.get("TERM")),
                              {size.rows, size.columns},
                              sys::PosixConsole::in,
                              sys::open_posix_tree};
  return cli::main_of({argv + (argc > 0 ? 1 : 0), argv + argc}, seams);
}
