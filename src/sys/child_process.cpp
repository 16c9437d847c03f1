#include "sys/child_process.hpp"

#include "core/text.hpp"
#include "sys/find_program.hpp"
#include "sys/system_error.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>

namespace buildcache::sys {

namespace {

tl::unexpected<core::Error> failed(const std::string& what, int error_number) {
  core::Error error = system_error(what, error_number);
  error.kind = core::ErrorKind::internal;
  return tl::unexpected<core::Error>(std::move(error));
}

struct Pipe {
  FileDescriptor reading;
  FileDescriptor writing;
};

core::Result<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    return failed("cannot create a pipe", errno);
  }
  return Pipe{FileDescriptor(ends[0]), FileDescriptor(ends[1])};
}

// Returns a readable descriptor with that content: a file in memory, so that nobody has to write
// while the child reads, and nothing touches a disk.
core::Result<FileDescriptor> make_input(std::string_view content) {
  if (content.empty()) {
    FileDescriptor null(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    if (null.valid()) {
      return null;
    }
  }
  FileDescriptor file(::memfd_create("input", MFD_CLOEXEC));
  if (!file.valid()) {
    return failed("cannot create the standard input of a program", errno);
  }
  while (!content.empty()) {
    const ssize_t written = ::write(file.get(), content.data(), content.size());
    if (written < 0 && errno != EINTR) {
      return failed("cannot write the standard input of a program", errno);
    }
    content.remove_prefix(written < 0 ? 0 : static_cast<std::size_t>(written));
  }
  ::lseek(file.get(), 0, SEEK_SET);
  return file;
}

// What joins the child to us.
struct Channels {
  FileDescriptor input;
  Pipe out;
  Pipe err;
  Pipe report;  // carries a LaunchFailure, or closes when the program runs
};

core::Result<Channels> open_channels(const Command& command) {
  Channels channels;
  core::Result<FileDescriptor> input = make_input(command.input);
  if (!input) {
    return tl::unexpected<core::Error>(std::move(input.error()));
  }
  channels.input = std::move(*input);
  for (Pipe* pipe : {&channels.out, &channels.err, &channels.report}) {
    core::Result<Pipe> made = make_pipe();
    if (!made) {
      return tl::unexpected<core::Error>(std::move(made.error()));
    }
    *pipe = std::move(*made);
  }
  return channels;
}

// Everything the child needs between fork and exec, made before: after a fork among threads only
// async-signal-safe calls are allowed, which excludes allocation.
struct Launch {
  std::string program;
  std::vector<char*> argv;
  std::vector<std::string> variables;
  std::vector<char*> envp;
  const char* directory = nullptr;
  std::array<int, 3> standard{};  // what becomes descriptors 0, 1, 2
  int report = -1;                // where a failure is written to
  pid_t parent = 0;
};

// What the child reports when it cannot become the program.
struct LaunchFailure {
  enum class Step { descriptors, directory, program } step = Step::descriptors;
  int error_number = 0;
};

[[noreturn]] void give_up(const Launch& launch, LaunchFailure::Step step) {
  const LaunchFailure failure{step, errno};
  [[maybe_unused]] const ssize_t written = ::write(launch.report, &failure, sizeof failure);
  _exit(127);
}

void close_from(unsigned first) {
  if (::syscall(SYS_close_range, first, ~0U, 0) == 0) {
    return;
  }
  rlimit limit{};  // kernels before 5.9
  ::getrlimit(RLIMIT_NOFILE, &limit);
  static constexpr rlim_t kMost = 65536;
  for (rlim_t i = first; i < (limit.rlim_cur < kMost ? limit.rlim_cur : kMost); ++i) {
    ::close(static_cast<int>(i));
  }
}

void default_signals() {
  struct sigaction action {};
  action.sa_handler = SIG_DFL;
  for (int i = 1; i < NSIG; ++i) {
    sigaction(i, &action, nullptr);
  }
  sigset_t none;
  sigemptyset(&none);
  pthread_sigmask(SIG_SETMASK, &none, nullptr);
}

// Moves the descriptors to their places and closes all others but the report, which exec closes.
// Sources are first copied above all places, so that no move covers one that is still needed.
bool place_descriptors(Launch& launch) {
  static constexpr int kAbove = 10;
  static constexpr int kReport = 3;
  for (int& source : launch.standard) {
    source = ::fcntl(source, F_DUPFD_CLOEXEC, kAbove);
    if (source < 0) {
      return false;
    }
  }
  launch.report = ::fcntl(launch.report, F_DUPFD_CLOEXEC, kAbove);
  for (int place = 0; place < 3; ++place) {
    if (::dup2(launch.standard[static_cast<std::size_t>(place)], place) < 0) {
      return false;
    }
  }
  if (::dup3(launch.report, kReport, O_CLOEXEC) < 0) {
    return false;
  }
  launch.report = kReport;
  close_from(kReport + 1);
  return true;
}

[[noreturn]] void become_program(Launch& launch) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != launch.parent) {
    _exit(127);  // the parent died before the line above
  }
  if (!place_descriptors(launch)) {
    give_up(launch, LaunchFailure::Step::descriptors);
  }
  if (launch.directory != nullptr && ::chdir(launch.directory) != 0) {
    give_up(launch, LaunchFailure::Step::directory);
  }
  default_signals();
  ::execve(launch.program.c_str(), launch.argv.data(), launch.envp.data());
  give_up(launch, LaunchFailure::Step::program);
}

// Forks with all signals blocked, so that no handler of ours runs in the child.
pid_t launch_child(Launch& launch) {
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  const pid_t id = ::fork();
  if (id == 0) {
    become_program(launch);
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (id > 0) {
    ::setpgid(id, id);  // whichever of the two comes first
  }
  return id;
}

Launch prepare(const Command& command, std::string program) {
  Launch launch;
  launch.program = std::move(program);
  for (const std::string& argument : command.argv) {
    launch.argv.push_back(const_cast<char*>(argument.c_str()));  // execve() writes to none
  }
  launch.argv.push_back(nullptr);
  for (const auto& [name, value] : command.environment) {
    launch.variables.push_back(std::string(name).append("=").append(value));
  }
  for (std::string& variable : launch.variables) {
    launch.envp.push_back(variable.data());
  }
  launch.envp.push_back(nullptr);
  if (!command.working_directory.empty()) {
    launch.directory = command.working_directory.c_str();
  }
  launch.parent = ::getpid();
  return launch;
}

// Returns why the child could not become the program, nothing when it did.
std::optional<LaunchFailure> read_failure(const FileDescriptor& report) {
  LaunchFailure failure;
  ssize_t size = 0;
  do {
    size = ::read(report.get(), &failure, sizeof failure);
  } while (size < 0 && errno == EINTR);
  return size == sizeof failure ? std::optional(failure) : std::nullopt;
}

core::Error describe(const LaunchFailure& failure, const Command& command) {
  const std::string name = core::printable(command.argv.front());
  if (failure.step == LaunchFailure::Step::program) {
    return system_error("cannot run " + name, failure.error_number);
  }
  core::Error error =
      system_error(failure.step == LaunchFailure::Step::directory
                       ? "cannot run " + name + " in " + core::printable(command.working_directory)
                       : "cannot run " + name,
                   failure.error_number);
  error.kind = core::ErrorKind::internal;
  return error;
}

}  // namespace

core::Result<ChildProcess> ChildProcess::start(const Command& command) {
  if (command.argv.empty()) {
    return core::fail(core::ErrorKind::internal, "a command without a program");
  }
  core::Result<std::string> program = find_program(command.argv.front(), command.environment);
  if (!program) {
    return tl::unexpected<core::Error>(std::move(program.error()));
  }
  core::Result<Channels> channels = open_channels(command);
  if (!channels) {
    return tl::unexpected<core::Error>(std::move(channels.error()));
  }
  auto& [input, out, err, report] = *channels;
  Launch launch = prepare(command, std::move(*program));
  launch.standard = {input.get(), out.writing.get(), err.writing.get()};
  launch.report = report.writing.get();
  ChildProcess child;
  child.id_ = launch_child(launch);
  if (child.id_ < 0) {
    return failed("cannot start a process", errno);
  }
  report.writing.close();
  if (const auto failure = read_failure(report.reading)) {
    [[maybe_unused]] const auto end = child.reap();
    return tl::unexpected<core::Error>(describe(*failure, command));
  }
  ::fcntl(out.reading.get(), F_SETFL, O_NONBLOCK);
  ::fcntl(err.reading.get(), F_SETFL, O_NONBLOCK);
  child.out = std::move(out.reading);
  child.err = std::move(err.reading);
  child.ended = FileDescriptor(static_cast<int>(::syscall(SYS_pidfd_open, child.id_, 0)));
  return child;
}

void ChildProcess::kill_group(int signal_number) const {
  ::kill(-id_, signal_number);
}

bool ChildProcess::has_ended() const {
  siginfo_t info{};
  const int result = ::waitid(P_PID, static_cast<id_t>(id_), &info, WEXITED | WNOHANG | WNOWAIT);
  return (result == 0 && info.si_pid == id_) || (result != 0 && errno != EINTR);
}

core::Result<ChildEnd> ChildProcess::reap() const {
  int status = 0;
  pid_t reaped = 0;
  do {
    reaped = ::waitpid(id_, &status, 0);
  } while (reaped < 0 && errno == EINTR);
  if (reaped < 0) {
    return failed("cannot wait for a program", errno);
  }
  if (WIFSIGNALED(status)) {
    return ChildEnd{128 + WTERMSIG(status), WTERMSIG(status)};
  }
  return ChildEnd{WEXITSTATUS(status), 0};
}

}  // namespace buildcache::sys
