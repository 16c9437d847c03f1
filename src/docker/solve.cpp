#include "docker/solve.hpp"

#include "docker/failure.hpp"
#include "docker/metadata.hpp"
#include "docker/vertex_name.hpp"
#include "docker/watchdog.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace buildcache::docker {
namespace {

constexpr std::size_t kMetadataLimit = 16U << 20U;
constexpr std::chrono::milliseconds kGrace{5'000};

// One of our references, as BuildKit names it in the stream: "local:<hash>" for a directory, and
// without what a reference may leave out.
std::string ours_for(const std::string& named, const std::vector<std::string>& ours) {
  const auto same = [&named](const std::string& ref) {
    return ref == named || ref.starts_with(named + "@") || named.starts_with(ref + "@");
  };
  const auto found = std::ranges::find_if(ours, same);
  if (found != ours.end()) {
    return *found;
  }
  return ours.size() == 1 ? ours.front() : named;
}

std::vector<ImportOutcome> imports_of(const std::vector<Step>& steps,
                                      const std::vector<std::string>& ours) {
  std::vector<ImportOutcome> imports;
  for (const Step& step : steps) {
    const VertexName name = read_vertex_name(step.name);
    if (name.kind == VertexKind::import && step.started) {
      imports.push_back({ours_for(name.import, ours),
                         step.completed && step.error.empty(),
                         step.error,
                         step.duration});
    }
  }
  return imports;
}

std::chrono::milliseconds time_of(const std::vector<Step>& steps, VertexKind kind) {
  std::chrono::milliseconds sum{0};
  for (const Step& step : steps) {
    if (read_vertex_name(step.name).kind == kind) {
      sum += step.duration;
    }
  }
  return sum;
}

void add_metadata(SolveResult& result, sys::Files& files, const std::string& path) {
  if (path.empty()) {
    return;
  }
  // A solve that failed writes none, which is no fault of its own.
  auto text = files.read(path, kMetadataLimit);
  if (!text) {
    return;
  }
  Metadata metadata = parse_metadata(*text);
  result.metadata = std::move(*text);
  result.image_digest = std::move(metadata.image_digest);
  result.image_id = std::move(metadata.image_id);
  result.cache_manifest = std::move(metadata.cache_manifest);
}

void add_verdict(SolveResult& result,
                 const sys::Exit& exit,
                 const std::optional<Stall>& stall,
                 std::vector<std::string> plain_lines,
                 const SolveRequest& request) {
  // A stop that came too late to matter changes nothing: what ended well is done.
  if (exit.code != 0 && stall) {
    result.failure = stall->import ? Failure::import : Failure::engine;
    result.message = stall->message;
    const bool named = !stall->ref.empty() || request.our_imports.size() == 1;
    result.failed_import = named ? ours_for(stall->ref, request.our_imports) : std::string();
    return;
  }
  if (exit.code != 0 && exit.timed_out) {
    result.failure = Failure::export_;
    result.message = "the export did not end in time";
    return;
  }
  if (exit.code != 0 && (exit.stopped || request.stop.stop_requested())) {
    result.failure = Failure::cancelled;
    result.message = "the build was stopped";
    return;
  }
  Verdict verdict = judge({exit.code, result.steps, result.imports, std::move(plain_lines)});
  result.failure = verdict.failure;
  result.message = std::move(verdict.message);
  result.failed_import = std::move(verdict.failed_import);
}

// One running solve: what has been seen of it, and whether it is to go on.
class Run {
 public:
  Run(sys::Clock& clock, const SolveRequest& request)
      : clock_(clock), request_(request), watchdog_(request.import_timeout, clock.steady()) {}

  void feed(sys::Stream stream, std::string_view bytes) {
    if (stream == sys::Stream::err) {
      announce(reader_.feed(bytes));
    }
  }

  void finish() { announce(reader_.finish()); }

  // Returns false when the solve hangs.
  bool goes_on() {
    stall_ = watchdog_.check(clock_.steady());
    return !stall_;
  }

  [[nodiscard]] const ProgressReader& reader() const { return reader_; }
  [[nodiscard]] const std::optional<Stall>& stall() const { return stall_; }

 private:
  void announce(const std::vector<Event>& events) {
    const auto now = clock_.steady();
    for (const Event& event : events) {
      watchdog_.see(event, now);
      if (request_.on_event) {
        request_.on_event(event);
      }
    }
  }

  sys::Clock& clock_;
  const SolveRequest& request_;
  ProgressReader reader_;
  Watchdog watchdog_;
  std::optional<Stall> stall_;
};

}  // namespace

core::Result<SolveResult> solve(sys::ProcessRunner& processes,
                                sys::Files& files,
                                sys::Clock& clock,
                                const SolveRequest& request) {
  sys::Command command{request.argv, request.environment, request.working_directory, {}, {}};
  if (request.export_timeout.count() > 0) {
    command.timeout = request.export_timeout;
  }
  Run run(clock, request);
  sys::RunOptions options;
  options.on_output = [&run](sys::Stream stream, std::string_view bytes) {
    run.feed(stream, bytes);
  };
  options.on_tick = [&run] { return run.goes_on(); };
  options.stop = request.stop;
  options.stop_signal = request.stop_signal;
  options.grace = kGrace;

  const auto begin = clock.steady();
  const auto exit = processes.run(command, options);
  if (!exit) {
    return core::fail(core::ErrorKind::engine,
                      core::while_doing(exit.error(), "start docker buildx").message,
                      "install docker with its buildx plugin, or put it on PATH");
  }
  run.finish();

  SolveResult result;
  result.exit_code = exit->code;
  result.steps = run.reader().steps();
  result.imports = imports_of(result.steps, request.our_imports);
  result.build_warnings = run.reader().warnings();
  result.wall = std::chrono::duration_cast<std::chrono::milliseconds>(clock.steady() - begin);
  result.exporting = time_of(result.steps, VertexKind::cache_export);
  result.pushing = time_of(result.steps, VertexKind::image_export);
  add_metadata(result, files, request.metadata_file);
  add_verdict(result, *exit, run.stall(), run.reader().plain_lines(), request);
  return result;
}

}  // namespace buildcache::docker
