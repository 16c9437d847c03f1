#include "sys/posix_signals.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cstdint>

namespace buildcache::sys {

namespace {

bool is_ignored(int signal_number) {
  struct sigaction action {};
  return sigaction(signal_number, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

void set_disposition(int signal_number, void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  sigaction(signal_number, &action, nullptr);
}

// Ends the process as `signal_number` does by default. The first process of a container ignores
// signals of its own making, hence the exit.
[[noreturn]] void die_of(int signal_number) {
  set_disposition(signal_number, SIG_DFL);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, signal_number);
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
  raise(signal_number);
  _exit(128 + signal_number);
}

}  // namespace

SignalRelay::SignalRelay(Interruption& interruption) : interruption_(interruption) {
  set_disposition(SIGPIPE, SIG_IGN);
  set_disposition(SIGCHLD, SIG_DFL);  // ignored, it would swallow the exit status of children
  set_disposition(SIGTERM, SIG_DFL);
  sigemptyset(&caught_);
  sigaddset(&caught_, SIGTERM);
  for (const int signal_number : {SIGINT, SIGHUP}) {
    if (!is_ignored(signal_number)) {
      sigaddset(&caught_, signal_number);
    }
  }
  signals_ = FileDescriptor(signalfd(-1, &caught_, SFD_CLOEXEC));
  quit_ = FileDescriptor(eventfd(0, EFD_CLOEXEC));
  if (signals_.valid() && quit_.valid()) {
    pthread_sigmask(SIG_BLOCK, &caught_, nullptr);
    thread_ = std::thread([this] { relay(); });
  }
}

SignalRelay::~SignalRelay() {
  if (thread_.joinable()) {
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = ::write(quit_.get(), &one, sizeof one);
    thread_.join();
    pthread_sigmask(SIG_UNBLOCK, &caught_, nullptr);
  }
}

void SignalRelay::relay() {
  bool asked = false;
  while (true) {
    std::array<pollfd, 2> waiting = {pollfd{signals_.get(), POLLIN, 0},
                                     pollfd{quit_.get(), POLLIN, 0}};
    if (poll(waiting.data(), waiting.size(), -1) < 0) {
      continue;  // interrupted
    }
    if ((waiting[1].revents & POLLIN) != 0) {
      return;
    }
    signalfd_siginfo info{};
    if (::read(signals_.get(), &info, sizeof info) != sizeof info) {
      continue;
    }
    const int signal_number = static_cast<int>(info.ssi_signo);
    if (asked) {
      die_of(signal_number);
    }
    asked = true;
    interruption_.raise(signal_number);
  }
}

}  // namespace buildcache::sys
