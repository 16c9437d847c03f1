#include "docker/builder.hpp"

#include "core/text.hpp"

#include <string_view>
#include <utility>
#include <vector>

namespace buildcache::docker {
namespace {

constexpr std::chrono::milliseconds kCreateTimeout{60'000};
constexpr std::chrono::milliseconds kRemoveTimeout{20'000};
constexpr std::size_t kMaxWords = 2'000;  // characters of buildx's words in a message

// Returns the exit of `docker buildx <arguments>`.
core::Result<sys::Exit> buildx(sys::ProcessRunner& processes,
                               const std::map<std::string, std::string>& environment,
                               std::vector<std::string> arguments,
                               std::chrono::milliseconds timeout) {
  arguments.insert(arguments.begin(), {"docker", "buildx"});
  return processes.run({std::move(arguments), environment, {}, {}, timeout});
}

// Returns buildx's own last error line, or all it said.
std::string words_of(const sys::Exit& exit) {
  constexpr std::string_view kMark = "ERROR: ";
  if (exit.timed_out) {
    return "no answer in time";
  }
  std::string_view words = exit.err.empty() ? exit.out : exit.err;
  if (const std::size_t mark = words.rfind(kMark); mark != std::string_view::npos) {
    words = words.substr(mark + kMark.size());
  }
  words = words.substr(0, words.find_last_not_of(" \r\n") + 1);
  return core::shortened(core::printable(words), kMaxWords);
}

core::Result<void> checked(const core::Result<sys::Exit>& exit, const std::string& what) {
  if (!exit) {
    return core::fail(core::ErrorKind::engine, core::while_doing(exit.error(), what).message);
  }
  if (exit->code != 0) {
    return core::fail(core::ErrorKind::engine, what + ": " + words_of(*exit));
  }
  return {};
}

}  // namespace

core::Result<ReadyBuilder> make_ready(sys::ProcessRunner& processes,
                                      const std::map<std::string, std::string>& environment,
                                      const config::Builder& builder,
                                      const std::string& unique_name) {
  if (!builder.use.empty()) {
    return ReadyBuilder{builder.use, false};
  }
  if (builder.driver != config::Driver::remote) {
    return ReadyBuilder{};
  }
  const ReadyBuilder ready{unique_name, true};
  const auto created = checked(buildx(processes,
                                      environment,
                                      {"create",
                                       "--name",
                                       unique_name,
                                       "--driver",
                                       "remote",
                                       "--bootstrap",
                                       "--",
                                       builder.endpoint},
                                      kCreateTimeout),
                               "create a builder for " + builder.endpoint);
  if (!created) {
    // buildx keeps a builder whose bootstrap failed; that it cannot be removed adds nothing.
    static_cast<void>(release(processes, environment, ready));
    return tl::unexpected(created.error());
  }
  return ready;
}

core::Result<void> release(sys::ProcessRunner& processes,
                           const std::map<std::string, std::string>& environment,
                           const ReadyBuilder& builder) {
  if (!builder.created) {
    return {};
  }
  return checked(buildx(processes, environment, {"rm", "--force", builder.name}, kRemoveTimeout),
                 "remove the builder " + builder.name);
}

}  // namespace buildcache::docker
