#include "sys/posix_signals.hpp"

#include "sys/posix_process.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <string>

using namespace buildcache::sys;
using namespace std::chrono_literals;

namespace {

// Runs the probe, which prints its process id and then a line for each step; sends it
// `signal_number` after each of the first `cues` steps.
Exit signalled(const std::string& mode, int signal_number, std::size_t cues, std::string& out) {
  Command command;
  command.argv = {BUILDCACHE_SYS_PROBE, mode};
  command.timeout = 20s;
  RunOptions options;
  std::size_t sent = 0;
  options.tick = 10ms;
  options.on_output = [&out](Stream, std::string_view text) { out += text; };
  options.on_tick = [&] {
    const auto lines = static_cast<std::size_t>(std::count(out.begin(), out.end(), '\n'));
    if (sent < cues && lines >= sent + 2) {
      ++sent;
      ::kill(std::stoi(out), signal_number);
    }
    return true;
  };
  const auto exit = PosixProcessRunner().run(command, options);
  REQUIRE(exit);
  return *exit;
}

}  // namespace

TEST_CASE("signals: the first one is an interruption that the program can act on") {
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    std::string out;
    const Exit exit = signalled("relay", number, 1, out);
    CHECK(exit.code == 3);
    CHECK(out.ends_with("\nready\nsignal " + std::to_string(number) + "\n"));
  }
}

TEST_CASE("signals: the second one ends the program at once") {
  std::string out;
  const auto start = std::chrono::steady_clock::now();
  const Exit exit = signalled("relay-and-stay", SIGTERM, 2, out);
  CHECK(std::chrono::steady_clock::now() - start < 10s);
  CHECK(exit.signal == SIGTERM);
}

TEST_CASE("signals: the first cause of an interruption counts") {
  Interruption interruption;
  CHECK_FALSE(interruption.raised());
  interruption.raise(SIGTERM);
  interruption.raise(SIGINT);
  CHECK(interruption.raised());
  CHECK(interruption.signal() == SIGTERM);
  CHECK(interruption.token().stop_requested());
}
