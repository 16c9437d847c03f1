#include "sys/posix_console.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace buildcache::sys {

namespace {

void write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) {
      continue;
    }
    if (written <= 0) {
      return;
    }
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace

void PosixConsole::out(std::string_view text) {
  const std::lock_guard lock(mutex_);
  write_all(STDOUT_FILENO, text);
}

void PosixConsole::err(std::string_view text) {
  const std::lock_guard lock(mutex_);
  write_all(STDERR_FILENO, text);
}

core::Result<std::string> PosixConsole::in(std::size_t limit) {
  std::string all;
  std::array<char, 4096> piece{};
  while (all.size() <= limit) {
    const ssize_t got = ::read(STDIN_FILENO, piece.data(), piece.size());
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got < 0) {
      return core::fail(core::ErrorKind::usage, "standard input cannot be read");
    }
    if (got == 0) {
      return all;
    }
    all.append(piece.data(), static_cast<std::size_t>(got));
  }
  return core::fail(core::ErrorKind::usage,
                    "standard input is longer than " + std::to_string(limit) + " bytes");
}

bool PosixConsole::err_is_terminal(std::string_view term) {
  return !term.empty() && term != "dumb" && ::isatty(STDERR_FILENO) == 1;
}

PosixConsole::Size PosixConsole::size() {
  winsize window{};
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-vararg): ioctl has no other form
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &window) != 0 || window.ws_col == 0) {
    return {};
  }
  return {window.ws_row, window.ws_col};
}

}  // namespace buildcache::sys
