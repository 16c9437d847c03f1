// A program for the tests of processes and signals to run. Its first argument says what it does.

#include "sys/posix_process.hpp"
#include "sys/posix_signals.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <iostream>
#include <string>
#include <thread>

namespace {

using namespace buildcache::sys;

// Prints the numbers of all open descriptors.
int show_descriptors() {
  static constexpr int kHighest = 1024;
  for (int i = 0; i < kHighest; ++i) {
    if (fcntl(i, F_GETFD) >= 0) {
      std::cout << i << ' ';
    }
  }
  return 0;
}

// Prints the numbers of blocked and of ignored signals, and the process group's leader.
int show_signals() {
  sigset_t blocked;
  pthread_sigmask(SIG_BLOCK, nullptr, &blocked);
  for (int i = 1; i < NSIG; ++i) {
    struct sigaction action {};
    const bool known = sigaction(i, nullptr, &action) == 0;
    if (known && (sigismember(&blocked, i) == 1 || action.sa_handler == SIG_IGN)) {
      std::cout << i << ' ';
    }
  }
  std::cout << (getpgrp() == getpid() ? "leader" : "member");
  return 0;
}

// Prints its process id and "ready", waits for an interruption and prints its signal; then stays.
int relay_signals(bool stay) {
  Interruption interruption;
  const SignalRelay relay(interruption);
  std::cout << getpid() << "\nready" << std::endl;
  while (!interruption.raised()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  std::cout << "signal " << interruption.signal() << std::endl;
  if (stay) {
    std::this_thread::sleep_for(std::chrono::seconds(60));
  }
  return 3;
}

// Runs a child that sleeps, and prints its process id.
int keep_child() {
  Command command;
  command.argv = {"/bin/sh", "-c", "echo $$; exec sleep 60"};
  RunOptions options;
  options.on_output = [](Stream, std::string_view text) { std::cout << text << std::flush; };
  return PosixProcessRunner().run(command, options) ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string mode = argc > 1 ? argv[1] : "";
  if (mode == "descriptors") {
    return show_descriptors();
  }
  if (mode == "signals") {
    return show_signals();
  }
  if (mode == "relay") {
    return relay_signals(false);
  }
  if (mode == "relay-and-stay") {
    return relay_signals(true);
  }
  if (mode == "keep-child") {
    return keep_child();
  }
  return 64;
}
