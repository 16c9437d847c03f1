#include "sys/posix_process.hpp"

#include "sys/child_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <utility>

namespace buildcache::sys {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// Keeps the end of what is appended.
class Capture {
 public:
  explicit Capture(std::size_t limit) : limit_(limit) {}

  void append(std::string_view piece) {
    text_ += piece;
    if (text_.size() / 2 > limit_) {  // not at every piece: each cut moves the rest
      cut();
    }
  }

  std::string take() {
    cut();
    return std::move(text_);
  }

 private:
  void cut() {
    if (text_.size() > limit_) {
      text_.erase(0, text_.size() - limit_);
    }
  }

  std::size_t limit_;
  std::string text_;
};

// Watches over one child until its end.
class Run {
 public:
  Run(ChildProcess child, const Command& command, const RunOptions& options)
      : child_(std::move(child)),
        options_(options),
        wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
        out_(options.capture_limit),
        err_(options.capture_limit) {
    if (command.timeout) {
      timeout_ = steady_clock::now() + *command.timeout;
    }
  }

  core::Result<Exit> finish();

 private:
  void wait_for_news();
  [[nodiscard]] milliseconds longest_wait() const;
  void read_some(FileDescriptor& pipe, Stream stream);
  void drain();
  void check_stop();
  void check_deadlines();
  void end_group(bool& reason);
  void signal_group();

  ChildProcess child_;
  const RunOptions& options_;
  FileDescriptor wake_;
  Capture out_;
  Capture err_;
  Exit exit_;
  std::optional<steady_clock::time_point> timeout_;
  std::optional<steady_clock::time_point> kill_at_;  // set once the group was asked to end
};

core::Result<Exit> Run::finish() {
  const std::stop_callback on_stop(options_.stop, [this] {
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = ::write(wake_.get(), &one, sizeof one);
  });
  while (!child_.has_ended()) {
    check_stop();
    check_deadlines();
    wait_for_news();
    read_some(child_.out, Stream::out);
    read_some(child_.err, Stream::err);
  }
  if (exit_.stopped || exit_.timed_out) {
    child_.kill_group(SIGKILL);
  }
  const core::Result<ChildEnd> end = child_.reap();
  drain();
  if (!end) {
    return tl::unexpected<core::Error>(end.error());
  }
  exit_.code = end->code;
  exit_.signal = end->signal;
  exit_.out = out_.take();
  exit_.err = err_.take();
  return std::move(exit_);
}

// Sleeps until output, the end, a stop request or the next moment something is due.
void Run::wait_for_news() {
  const bool may_stop = !exit_.stopped;
  std::array<pollfd, 4> waiting = {pollfd{child_.out.get(), POLLIN, 0},
                                   pollfd{child_.err.get(), POLLIN, 0},
                                   pollfd{child_.ended.get(), POLLIN, 0},
                                   pollfd{may_stop ? wake_.get() : -1, POLLIN, 0}};
  ::poll(waiting.data(), waiting.size(), static_cast<int>(longest_wait().count()));
}

milliseconds Run::longest_wait() const {
  milliseconds wait{60'000};
  if (!child_.ended.valid()) {
    wait = milliseconds{20};
  }
  if (options_.on_tick) {
    wait = std::min(wait, options_.tick);
  }
  const steady_clock::time_point now = steady_clock::now();
  const bool ending = exit_.stopped || exit_.timed_out;
  for (const auto& due : {kill_at_, ending ? std::nullopt : timeout_}) {
    if (due) {
      // Rounded up: woken too early, the loop would spin until the moment has come.
      wait = std::min(wait, std::chrono::ceil<milliseconds>(*due - now));
    }
  }
  return std::max(wait, milliseconds{0});
}

// Reads one piece if there is one; closes the pipe at its end.
void Run::read_some(FileDescriptor& pipe, Stream stream) {
  std::array<char, 65536> piece{};
  const ssize_t size = pipe.valid() ? ::read(pipe.get(), piece.data(), piece.size()) : 0;
  if (size < 0 && (errno == EAGAIN || errno == EINTR)) {
    return;
  }
  if (size <= 0) {
    pipe.close();
    return;
  }
  const std::string_view text(piece.data(), static_cast<std::size_t>(size));
  if (options_.on_output) {
    options_.on_output(stream, text);
  } else {
    (stream == Stream::out ? out_ : err_).append(text);
  }
}

// Reads what the child left in its pipes. Others may hold them open and write for ever, so no more
// is read than a pipe can hold.
void Run::drain() {
  static constexpr int kMostPieces = 16;
  for (int i = 0; i < kMostPieces; ++i) {
    read_some(child_.out, Stream::out);
    read_some(child_.err, Stream::err);
  }
}

void Run::check_stop() {
  const bool go_on = !options_.on_tick || options_.on_tick();
  if (!exit_.stopped && (!go_on || options_.stop.stop_requested())) {
    end_group(exit_.stopped);
  }
}

void Run::check_deadlines() {
  const steady_clock::time_point now = steady_clock::now();
  if (timeout_ && now >= *timeout_ && !exit_.timed_out && !exit_.stopped) {
    end_group(exit_.timed_out);
  }
  if (kill_at_ && now >= *kill_at_) {
    child_.kill_group(SIGKILL);
    kill_at_.reset();
  }
}

// Asks the group to end, unless that was done for another reason before.
void Run::end_group(bool& reason) {
  if (!exit_.stopped && !exit_.timed_out) {
    signal_group();
  }
  reason = true;
}

void Run::signal_group() {
  child_.kill_group(options_.stop_signal ? options_.stop_signal() : SIGTERM);
  kill_at_ = steady_clock::now() + options_.grace;
}

}  // namespace

core::Result<Exit> PosixProcessRunner::run(const Command& command, const RunOptions& options) {
  core::Result<ChildProcess> child = ChildProcess::start(command);
  if (!child) {
    return tl::unexpected<core::Error>(std::move(child.error()));
  }
  return Run(std::move(*child), command, options).finish();
}

}  // namespace buildcache::sys
