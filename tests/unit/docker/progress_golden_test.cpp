// Streams of real builds with both engines (buildx 0.13 and 0.29), played to solve().
#include "docker/solve.hpp"
#include "golden_case.hpp"
#include "support/fake_clock.hpp"
#include "support/memory_files.hpp"
#include "support/scripted_process.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>

namespace buildcache::docker {
namespace {

std::string_view word_of(EventKind kind) {
  switch (kind) {
    case EventKind::started:
      return "started";
    case EventKind::cached:
      return "cached";
    case EventKind::completed:
      return "completed";
    case EventKind::failed:
      return "failed";
    case EventKind::log:
      return "log";
    case EventKind::status:
      return "status";
    case EventKind::warning:
      return "warning";
    case EventKind::plain:
      return "plain";
  }
  return "?";
}

void print_event(std::ostream& out, const Event& event) {
  out << word_of(event.kind);
  if (event.kind == EventKind::completed || event.kind == EventKind::failed) {
    out << ' ' << event.duration.count() << " ms";
  }
  out << (event.internal ? " (" + event.name + ")" : " " + event.name);
  if (!event.text.empty()) {
    out << " | " << event.text.substr(0, event.text.find('\n'));
  }
  out << '\n';
}

void print_step(std::ostream& out, const Step& step) {
  out << "  " << step.name << " | stage=" << step.stage << (step.base ? " base" : "")
      << (step.cached ? " cached" : "") << (step.started ? "" : " not-started")
      << (step.completed ? "" : " not-completed") << ' ' << step.duration.count() << " ms";
  if (!step.error.empty()) {
    out << " | error: " << step.error;
  }
  if (!step.lost.empty()) {
    out << " | lost: " << step.lost;
  }
  out << '\n';
}

std::string described(const SolveResult& result) {
  std::ostringstream out;
  out << "exit " << result.exit_code << ", failure " << docker::word_of(result.failure)
      << ", cached " << result.cached_steps() << " of " << result.total_steps() << ", exporting "
      << result.exporting.count() << " ms, pushing " << result.pushing.count() << " ms\n";
  out << "message: " << result.message << "\nfailed import: " << result.failed_import << '\n';
  for (const auto& import : result.imports) {
    out << "import " << import.ref << (import.ok ? " ok " : " failed ") << import.duration.count()
        << " ms " << import.error << '\n';
  }
  for (const auto& warning : result.build_warnings) {
    out << "warning: " << warning << '\n';
  }
  out << "steps:\n";
  for (const auto& step : result.steps) {
    if (!step.internal) {
      print_step(out, step);
    }
  }
  return out.str();
}

// Plays a recorded build to on_output in pieces of `size` bytes.
support::ScriptedCommand::Play playing(std::string stream, int exit, std::size_t size) {
  return [stream = std::move(stream), exit, size](
             const sys::Command&, const sys::RunOptions& options) -> core::Result<sys::Exit> {
    for (std::size_t at = 0; at < stream.size(); at += size) {
      options.on_output(sys::Stream::err, std::string_view(stream).substr(at, size));
    }
    CHECK(options.on_tick());
    return sys::Exit{exit, 0, false, false, {}, {}};
  };
}

core::Result<SolveResult> play(const std::filesystem::path& folder,
                               std::size_t size,
                               std::vector<Event>& events) {
  support::ScriptedProcess processes;
  processes.expect({"docker", "buildx", "build", "."})
      .plays(playing(read_text(folder / "stream"), std::stoi(read_text(folder / "exit")), size));
  support::MemoryFiles files;
  support::FakeClock clock;
  SolveRequest request;
  request.argv = {"docker", "buildx", "build", "."};
  request.our_imports = {"127.0.0.1:5001/e/c:1", "127.0.0.1:5001/e/c:absent"};
  request.on_event = [&events](const Event& event) { events.push_back(event); };
  return solve(processes, files, clock, request);
}

TEST_CASE("progress: recorded builds of both engines give the expected events and result") {
  for (const auto& folder : golden_cases("progress")) {
    CAPTURE(folder.filename().string());
    std::vector<Event> events;
    const auto result = play(folder, 4096, events);
    REQUIRE(result);
    std::ostringstream out;
    out << described(*result) << "events:\n";
    for (const auto& event : events) {
      if (event.kind != EventKind::status) {
        print_event(out, event);
      }
    }
    check_golden(folder, out.str());
  }
}

TEST_CASE("progress: the pieces a stream comes in change nothing") {
  for (const auto& folder : golden_cases("progress")) {
    CAPTURE(folder.filename().string());
    std::vector<Event> few;
    std::vector<Event> many;
    const auto whole = play(folder, 1U << 20U, few);
    const auto bytes = play(folder, 1, many);
    REQUIRE(whole);
    REQUIRE(bytes);
    CHECK(described(*whole) == described(*bytes));
    CHECK(std::ranges::equal(few, many, {}, &Event::text, &Event::text));
  }
}

}  // namespace
}  // namespace buildcache::docker
