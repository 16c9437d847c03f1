#include "docker/solve.hpp"

#include "support/fake_clock.hpp"
#include "support/memory_files.hpp"
#include "support/scripted_process.hpp"

#include <doctest/doctest.h>

namespace buildcache::docker {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const std::string kHangingImport =
    R"({"vertexes":[{"digest":"i","name":"importing cache manifest from r/c:1","started":"2026-01-01T00:00:01Z"}]})"
    "\n";

struct Bench {
  support::ScriptedProcess processes;
  support::MemoryFiles files;
  support::FakeClock clock;
  SolveRequest request;

  Bench() { request.argv = {"docker", "buildx", "build", "."}; }

  support::ScriptedCommand& expect() { return processes.expect(request.argv); }
  core::Result<SolveResult> solve() { return docker::solve(processes, files, clock, request); }
};

// Prints `text`, then ticks every second until the watchdog ends it or `limit` is over.
support::ScriptedCommand::Play hanging(Bench& bench, std::string text, seconds limit) {
  return [&bench, text = std::move(text), limit](
             const sys::Command&, const sys::RunOptions& options) -> core::Result<sys::Exit> {
    options.on_output(sys::Stream::err, text);
    for (seconds at{0}; at < limit; ++at) {
      bench.clock.advance(seconds(1));
      if (!options.on_tick()) {
        return sys::Exit{1, 0, false, true, {}, {}};
      }
    }
    return sys::Exit{0, 0, false, false, {}, {}};
  };
}

TEST_CASE("solve: a hanging import is ended after its patience and named") {
  Bench bench;
  bench.request.our_imports = {"r/c:1", "r/c:2"};
  bench.request.import_timeout = milliseconds(60'000);
  bench.expect().plays(hanging(bench, kHangingImport, seconds(600)));
  const auto result = bench.solve();
  REQUIRE(result);
  CHECK(result->failure == Failure::import);
  CHECK(result->failed_import == "r/c:1");
  CHECK(result->wall == seconds(60));
  CHECK_FALSE(result->imports.at(0).ok);
}

TEST_CASE("solve: a local cache, which BuildKit names by a hash, is our only one") {
  Bench bench;
  bench.request.our_imports = {"/cache/api"};
  bench.expect().exits(
      0,
      "",
      R"({"vertexes":[{"digest":"i","name":"importing cache manifest from local:123","started":"2026-01-01T00:00:01Z","completed":"2026-01-01T00:00:02Z"}]})");
  const auto result = bench.solve();
  REQUIRE(result);
  REQUIRE(result->imports.size() == 1);
  CHECK(result->imports[0].ref == "/cache/api");
  CHECK(result->imports[0].ok);
  CHECK(result->imports[0].duration == seconds(1));
}

TEST_CASE("solve: the metadata file is read") {
  Bench bench;
  bench.request.metadata_file = "/run/m.json";
  const std::string digest = "sha256:" + std::string(64, 'b');
  bench.files.add("/run/m.json", R"({"containerimage.digest":")" + digest + "\"}");
  bench.expect();
  const auto result = bench.solve();
  REQUIRE(result);
  CHECK(result->image_digest == digest);
  CHECK_FALSE(result->metadata.empty());
}

TEST_CASE("solve: a stop request is told as such, not as a failing build") {
  Bench bench;
  std::stop_source source;
  bench.request.stop = source.get_token();
  bench.expect().plays([&](const sys::Command&, const sys::RunOptions& options) {
    source.request_stop();
    CHECK(options.stop.stop_requested());
    return core::Result<sys::Exit>(sys::Exit{130, 2, false, true, {}, {}});
  });
  const auto result = bench.solve();
  REQUIRE(result);
  CHECK(result->failure == Failure::cancelled);
}

TEST_CASE("solve: an export over its time is a failed export") {
  Bench bench;
  bench.request.export_timeout = seconds(5);
  bench.expect().plays([](const sys::Command& command, const sys::RunOptions&) {
    CHECK(command.timeout == std::optional<milliseconds>(5'000));
    return core::Result<sys::Exit>(sys::Exit{143, 15, true, false, {}, {}});
  });
  const auto result = bench.solve();
  REQUIRE(result);
  CHECK(result->failure == Failure::export_);
}

TEST_CASE("solve: only environment and directory that were asked for reach docker") {
  Bench bench;
  bench.request.environment = {{"A", "1"}};
  bench.request.working_directory = "/src";
  bench.expect().with_environment("A", "1").without_environment("PATH").in_directory("/src");
  REQUIRE(bench.solve());
}

TEST_CASE("solve: docker that cannot be started is an engine error") {
  Bench bench;
  bench.expect().fails(core::ErrorKind::not_found, "no docker");
  const auto result = bench.solve();
  REQUIRE_FALSE(result);
  CHECK(result.error().kind == core::ErrorKind::engine);
}

}  // namespace
}  // namespace buildcache::docker
