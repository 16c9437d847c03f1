#include "sys/posix_process.hpp"

#include "support/temporary_folder.hpp"
#include "sys/file_descriptor.hpp"
#include "sys/find_program.hpp"
#include "sys/parallel.hpp"

#include <doctest/doctest.h>

#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <thread>

using namespace buildcache::sys;
using namespace buildcache::sys_test;
using namespace std::chrono_literals;
using buildcache::core::ErrorKind;
using std::chrono::steady_clock;

namespace {

Command shell(std::string script) {
  Command command;
  command.argv = {"/bin/sh", "-c", std::move(script)};
  return command;
}

Exit run(const Command& command, const RunOptions& options = {}) {
  const auto exit = PosixProcessRunner().run(command, options);
  REQUIRE(exit);
  return *exit;
}

bool is_alive(pid_t id) {
  return ::kill(id, 0) == 0;
}

// Whether the process ends within five seconds; a zombie nobody collects has ended.
bool ends_soon(pid_t id) {
  for (int i = 0; i < 500 && is_alive(id); ++i) {
    const auto status = PosixFiles().read("/proc/" + std::to_string(id) + "/stat", 4096);
    if (!status || status->find(") Z ") != std::string::npos) {
      return true;
    }
    std::this_thread::sleep_for(10ms);
  }
  return !is_alive(id);
}

}  // namespace

TEST_CASE("process: exit status and both outputs come back") {
  const Exit exit = run(shell("echo out; echo err >&2; exit 3"));
  CHECK(exit.code == 3);
  CHECK(exit.signal == 0);
  CHECK(exit.out == "out\n");
  CHECK(exit.err == "err\n");
  CHECK_FALSE(exit.stopped);
  CHECK_FALSE(exit.timed_out);
}

TEST_CASE("process: arguments arrive as they are, never through a shell") {
  Command command;
  command.argv = {"/usr/bin/printf", "%s|", "a b", "$HOME", "", "*", "; echo x", "\n"};
  CHECK(run(command).out == "a b|$HOME||*|; echo x|\n|");
}

TEST_CASE("process: the environment is the given one and no more") {
  Command command;
  command.argv = {"/usr/bin/env"};
  command.environment = {{"A", "1"}, {"B", "x=y\nz"}};
  CHECK(run(command).out == "A=1\nB=x=y\nz\n");
}

TEST_CASE("process: the working directory is the given one") {
  Command command = shell("pwd -P");
  command.working_directory = "/usr";
  CHECK(run(command).out == "/usr\n");
}

TEST_CASE("process: a missing working directory is not taken for a missing program") {
  Command command = shell("true");
  command.working_directory = "/nonexistent";
  const auto exit = PosixProcessRunner().run(command);
  REQUIRE_FALSE(exit);
  CHECK(exit.error().kind == ErrorKind::internal);
  CHECK(exit.error().message.find("/nonexistent") != std::string::npos);
}

TEST_CASE("process: standard input holds what was given, however much") {
  Command command;
  command.argv = {"/usr/bin/wc", "-c"};
  command.input = std::string(3'000'000, 'x');
  CHECK(run(command).out == "3000000\n");
  command.input.clear();
  CHECK(run(command).out == "0\n");
}

TEST_CASE("process: a child that reads no input does no harm") {
  Command command = shell("exec 0<&-; exit 4");
  command.input = std::string(3'000'000, 'x');
  CHECK(run(command).code == 4);
}

TEST_CASE("process: programs are looked for in the PATH of the child") {
  const TemporaryFolder folder;
  REQUIRE(PosixFiles().write(folder / "tool", "#!/bin/sh\necho mine\n", 0755));
  Command command;
  command.argv = {"tool"};
  command.environment = {{"PATH", "relative::.:" + folder.path()}};
  CHECK(run(command).out == "mine\n");
  command.environment = {{"PATH", "/usr/bin:/bin"}};
  const auto exit = PosixProcessRunner().run(command);
  REQUIRE_FALSE(exit);
  CHECK(exit.error().kind == ErrorKind::not_found);
  CHECK(exit.error().message == "tool is not in PATH");
}

TEST_CASE("process: the working directory brings no programs of its own") {
  const TemporaryFolder folder;
  REQUIRE(PosixFiles().write(folder / "tool", "#!/bin/sh\necho theirs\n", 0755));
  Command command;
  command.argv = {"tool"};
  command.working_directory = folder.path();
  for (const std::string path : {":", ".", "", "./", "bin:.:"}) {
    CAPTURE(path);
    command.environment = {{"PATH", path}};
    const auto exit = PosixProcessRunner().run(command);
    REQUIRE_FALSE(exit);
    CHECK(exit.error().kind == ErrorKind::not_found);
  }
}

TEST_CASE("process: without PATH the usual folders are searched") {
  CHECK(find_program("sh", {}));
}

TEST_CASE("process: what cannot be executed is forbidden") {
  const TemporaryFolder folder;
  REQUIRE(PosixFiles().write(folder / "data", "text", 0644));
  Command command;
  command.argv = {"data"};
  command.environment = {{"PATH", folder.path()}};
  const auto in_path = PosixProcessRunner().run(command);
  REQUIRE_FALSE(in_path);
  CHECK(in_path.error().kind == ErrorKind::forbidden);
  command.argv = {folder / "data"};
  const auto by_path = PosixProcessRunner().run(command);
  REQUIRE_FALSE(by_path);
  CHECK(by_path.error().kind == ErrorKind::forbidden);
  command.argv = {"/nonexistent/program"};
  CHECK(PosixProcessRunner().run(command).error().kind == ErrorKind::not_found);
}

TEST_CASE("process: a signal that ends the child shows in the exit") {
  const Exit exit = run(shell("kill -9 $$"));
  CHECK(exit.signal == SIGKILL);
  CHECK(exit.code == 128 + SIGKILL);
}

TEST_CASE("process: no descriptors but the standard ones reach the child") {
  const FileDescriptor leak(::open("/dev/null", O_RDONLY));  // without O_CLOEXEC
  REQUIRE(leak.valid());
  Command command;
  command.argv = {BUILDCACHE_SYS_PROBE, "descriptors"};
  CHECK(run(command).out == "0 1 2 ");
}

TEST_CASE("process: the child has a group of its own and no signals blocked or ignored") {
  sigset_t set;
  sigset_t before;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGUSR1);
  pthread_sigmask(SIG_BLOCK, &set, &before);
  const auto old_handler = std::signal(SIGPIPE, SIG_IGN);
  Command command;
  command.argv = {BUILDCACHE_SYS_PROBE, "signals"};
  CHECK(run(command).out == "leader");
  std::signal(SIGPIPE, old_handler);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

TEST_CASE("process: output can be had as it comes") {
  std::string out;
  std::string err;
  RunOptions options;
  options.on_output = [&](Stream stream, std::string_view text) {
    (stream == Stream::out ? out : err) += text;
  };
  const Exit exit = run(shell("echo a; echo b >&2; echo c"), options);
  CHECK(out == "a\nc\n");
  CHECK(err == "b\n");
  CHECK(exit.out.empty());
  CHECK(exit.err.empty());
}

TEST_CASE("process: of too much output the end is kept") {
  RunOptions options;
  options.capture_limit = 1000;
  const Exit exit =
      run(shell("i=0; while [ $i -lt 5000 ]; do echo line $i; i=$((i+1)); done"), options);
  CHECK(exit.out.size() == 1000);
  CHECK(exit.out.ends_with("line 4998\nline 4999\n"));
}

TEST_CASE("process: several megabytes on both streams at once do not block") {
  RunOptions options;
  options.capture_limit = 64U << 20U;
  const Exit exit =
      run(shell("head -c 5000000 /dev/zero & head -c 5000000 /dev/zero >&2; wait"), options);
  CHECK(exit.out.size() == 5'000'000);
  CHECK(exit.err.size() == 5'000'000);
}

TEST_CASE("process: the timeout ends child and grandchildren") {
  Command command = shell("sleep 60 & echo $!; wait");
  command.timeout = 200ms;
  const auto start = steady_clock::now();
  const Exit exit = run(command);
  CHECK(steady_clock::now() - start < 20s);
  CHECK(exit.timed_out);
  CHECK_FALSE(exit.stopped);
  CHECK(exit.signal == SIGTERM);
  CHECK(ends_soon(std::stoi(exit.out)));
}

TEST_CASE("process: a child that ignores the polite signal is killed after the grace") {
  Command command = shell("trap '' TERM; while :; do sleep 0.05; done");
  command.timeout = 100ms;
  RunOptions options;
  options.grace = 200ms;
  const auto start = steady_clock::now();
  const Exit exit = run(command, options);
  CHECK(steady_clock::now() - start < 20s);
  CHECK(steady_clock::now() - start >= 300ms);
  CHECK(exit.timed_out);
  CHECK(exit.signal == SIGKILL);
}

TEST_CASE("process: a stop request sends the chosen signal and says so") {
  std::stop_source stop;
  RunOptions options;
  options.stop = stop.get_token();
  options.stop_signal = [] { return SIGINT; };
  options.on_output = [&stop](Stream, std::string_view) { stop.request_stop(); };
  const auto start = steady_clock::now();
  const Exit exit =
      run(shell("trap 'exit 5' INT; echo ready; while :; do sleep 0.02; done"), options);
  CHECK(steady_clock::now() - start < 20s);
  CHECK(exit.stopped);
  CHECK_FALSE(exit.timed_out);
  CHECK(exit.code == 5);
}

TEST_CASE("process: a stop request from another thread wakes a silent run") {
  std::stop_source stop;
  RunOptions options;
  options.stop = stop.get_token();
  std::jthread stopper([&stop] {
    std::this_thread::sleep_for(100ms);
    stop.request_stop();
  });
  const auto start = steady_clock::now();
  const Exit exit = run(shell("exec sleep 60"), options);
  CHECK(steady_clock::now() - start < 20s);
  CHECK(exit.stopped);
  CHECK(exit.signal == SIGTERM);
}

TEST_CASE("process: grandchildren that ignore the signal do not outlive a stop") {
  std::stop_source stop;
  std::string out;
  RunOptions options;
  options.stop = stop.get_token();
  options.on_output = [&](Stream, std::string_view text) {
    out += text;
    stop.request_stop();
  };
  run(shell("(trap '' TERM; exec sleep 60) & sleep 0.2; echo $!; wait"), options);
  REQUIRE_FALSE(out.empty());
  CHECK(ends_soon(std::stoi(out)));
}

TEST_CASE("process: a tick that says no ends the child as a stop does") {
  int ticks = 0;
  RunOptions options;
  options.tick = 10ms;
  options.on_tick = [&ticks] { return ++ticks < 10; };
  const auto start = steady_clock::now();
  const Exit exit = run(shell("exec sleep 60"), options);
  CHECK(steady_clock::now() - start < 20s);
  CHECK(exit.stopped);
  CHECK(ticks >= 10);
}

TEST_CASE("process: a program left in the background does not hold the run up") {
  const auto start = steady_clock::now();
  const Exit exit = run(shell("sleep 60 & echo $!"));
  CHECK(steady_clock::now() - start < 20s);
  CHECK(is_alive(std::stoi(exit.out)));  // it was not stopped, so neither is what it started
  ::kill(std::stoi(exit.out), SIGKILL);
}

TEST_CASE("process: a child that closes its outputs is still waited for") {
  const Exit exit = run(shell("exec >&- 2>&-; sleep 0.2; exit 6"));
  CHECK(exit.code == 6);
}

TEST_CASE("process: many threads run programs at the same time") {
  std::vector<std::string> outs(40);
  for_each_parallel(outs.size(), 8, [&outs](std::size_t i) {
    Command command;
    command.argv = {"/bin/cat"};
    command.input = std::to_string(i);
    const auto exit = PosixProcessRunner().run(command);
    outs[i] = exit ? exit->out : exit.error().message;
  });
  for (std::size_t i = 0; i < outs.size(); ++i) {
    CHECK(outs[i] == std::to_string(i));
  }
}

TEST_CASE("process: children end when this program is killed") {
  Command command;
  command.argv = {BUILDCACHE_SYS_PROBE, "keep-child"};
  std::string out;
  RunOptions options;
  std::stop_source stop;
  options.stop = stop.get_token();
  options.stop_signal = [] { return SIGKILL; };
  options.on_output = [&](Stream, std::string_view text) {
    out += text;
    if (out.ends_with('\n')) {
      stop.request_stop();
    }
  };
  CHECK(run(command, options).signal == SIGKILL);
  REQUIRE_FALSE(out.empty());
  CHECK(ends_soon(std::stoi(out)));
}
