#include "docker/failure.hpp"

#include "docker/vertex_name.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string_view>

namespace buildcache::docker {
namespace {

bool holds_any(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::ranges::any_of(
      words, [text](std::string_view word) { return text.find(word) != std::string_view::npos; });
}

// Removes what the layers between a fault and us put before it.
std::string_view core_of(std::string_view text) {
  constexpr std::array<std::string_view, 6> kPrefixes = {"ERROR: ",
                                                         "failed to build: ",
                                                         "failed to solve: ",
                                                         "failed to compute cache key: ",
                                                         "failed to load cache key: ",
                                                         "failed to load ref: "};
  bool again = true;
  while (again) {
    again = false;
    for (const auto prefix : kPrefixes) {
      if (text.starts_with(prefix)) {
        text.remove_prefix(prefix.size());
        again = true;
      }
    }
  }
  return text;
}

// An instruction of the user's that ran and failed.
bool ran_and_failed(std::string_view error) {
  return holds_any(error, {"did not complete successfully"});
}

// A blob that could not be read from a registry or another store (containerd remotes and content).
// Only the beginning counts, so that the user's file names and commands cannot look like it.
bool is_blob_fault(std::string_view error) {
  const std::string_view fault = core_of(error);
  return std::ranges::any_of(
      std::initializer_list<std::string_view>{
          "failed to copy: ",
          "httpReadSeeker: ",
          "could not fetch content descriptor ",
          "failed commit on ref ",
          "failed to get reader from content store: ",
          "NotFound: rpc error: code = NotFound desc = content "},
      [fault](std::string_view words) { return fault.starts_with(words); });
}

// A push that failed on reading what it wanted to push: a layer that only a cache has.
bool is_blob_fault_of_push(std::string_view error) {
  return is_blob_fault(error) ||
         (core_of(error).starts_with("failed to push ") &&
          holds_any(error, {"httpReadSeeker: ", "could not fetch content descriptor "}));
}

bool is_access_fault(std::string_view error) {
  return holds_any(error,
                   {"401 Unauthorized",
                    "403 Forbidden",
                    "insufficient_scope",
                    "authorization failed",
                    "failed to authorize",
                    "failed to fetch oauth token",
                    "failed to fetch anonymous token",
                    "authentication required",
                    "no basic auth credentials",
                    "pull access denied",
                    "requested access to the resource is denied",
                    "unauthorized: "});
}

bool is_engine_fault(std::string_view error) {
  return holds_any(error,
                   {"Cannot connect to the Docker daemon",
                    "failed to initialize builder",
                    "no builder ",
                    "failed to find driver",
                    "failed to list workers",
                    "failed to receive status: ",
                    "code = Unavailable",
                    "error reading from server",
                    "error during connect",
                    "is not a docker command",
                    "unknown command: docker buildx",
                    "unknown flag: ",
                    "no space left on device"});
}

// A step that was given up because another one failed.
bool is_consequence(const Step& step) {
  return holds_any(step.error, {"context canceled"}) && !ran_and_failed(step.error);
}

struct Failed {
  const Step* step = nullptr;
  VertexKind kind = VertexKind::internal;
};

std::vector<Failed> failed_steps(const std::vector<Step>& steps) {
  std::vector<Failed> failed;
  for (const Step& step : steps) {
    const VertexKind kind = read_vertex_name(step.name).kind;
    // An import that fails fails no build; what it leads to has an error of its own.
    if (!step.error.empty() && kind != VertexKind::import && !is_consequence(step)) {
      failed.push_back({&step, kind});
    }
  }
  return failed;
}

// The last line of buildx's own that reports an error; docker's own errors have no mark and come
// first.
std::string last_error(const std::vector<std::string>& lines) {
  const auto marked = std::find_if(lines.rbegin(), lines.rend(), [](const std::string& line) {
    return line.starts_with("ERROR: ") || line.starts_with("error: ");
  });
  if (marked != lines.rend()) {
    return *marked;
  }
  const auto first = std::ranges::find_if(
      lines, [](const std::string& line) { return !line.starts_with("WARNING: "); });
  return first == lines.end() ? std::string() : *first;
}

Failure failure_of_access_or(std::string_view error, Failure otherwise) {
  if (is_access_fault(error)) {
    return Failure::login;
  }
  return is_engine_fault(error) ? Failure::engine : otherwise;
}

Failure failure_of_step(const Failed& failed, bool imported) {
  const std::string& error = failed.step->error;
  if (!ran_and_failed(error) && imported && is_blob_fault(error)) {
    return Failure::import;
  }
  const bool pull = failed.kind == VertexKind::base && is_access_fault(error);
  return pull ? Failure::login : Failure::user_step;
}

Failure failure_of(const Failed& failed, bool imported) {
  const std::string& error = failed.step->error;
  switch (failed.kind) {
    case VertexKind::cache_export:
      return Failure::export_;
    case VertexKind::image_export:
      return imported && is_blob_fault_of_push(error) ? Failure::import
                                                      : failure_of_access_or(error, Failure::push);
    case VertexKind::step:
    case VertexKind::base:
      return failure_of_step(failed, imported);
    case VertexKind::import:
    case VertexKind::internal:
      break;
  }
  return failure_of_access_or(error, Failure::user_step);
}

Failure failure_of_line(std::string_view error, bool imported) {
  if (ran_and_failed(error)) {
    return Failure::user_step;
  }
  if (is_blob_fault(error)) {
    return imported ? Failure::import : Failure::user_step;
  }
  if (core_of(error).starts_with("failed to push ")) {
    return is_access_fault(error) ? Failure::login : Failure::push;
  }
  return is_engine_fault(error) ? Failure::engine : Failure::user_step;
}

// What must not be run again comes first.
int rank_of(Failure failure) {
  constexpr std::array kOrder = {Failure::user_step,
                                 Failure::login,
                                 Failure::push,
                                 Failure::engine,
                                 Failure::import,
                                 Failure::export_};
  return static_cast<int>(std::ranges::find(kOrder, failure) - kOrder.begin());
}

Verdict verdict_of(Failure failure, std::string message, const FailureFacts& facts) {
  Verdict verdict{
      failure, message.empty() ? "docker buildx gave no reason" : std::move(message), {}};
  const auto used = std::ranges::count_if(facts.imports, &ImportOutcome::ok);
  if (failure == Failure::import && used == 1) {
    verdict.failed_import = std::ranges::find_if(facts.imports, &ImportOutcome::ok)->ref;
  }
  return verdict;
}

}  // namespace

Verdict judge(const FailureFacts& facts) {
  const auto failed = failed_steps(facts.steps);
  if (facts.exit_code == 0) {
    const auto found = std::ranges::find(failed, VertexKind::cache_export, &Failed::kind);
    return found == failed.end() ? Verdict{} : Verdict{Failure::export_, found->step->error, {}};
  }
  const bool imported = std::ranges::any_of(facts.imports, &ImportOutcome::ok);
  if (failed.empty()) {
    const std::string line = last_error(facts.plain_lines);
    return verdict_of(failure_of_line(line, imported), std::string(core_of(line)), facts);
  }
  Failure worst = Failure::none;
  const Step* step = nullptr;
  for (const Failed& one : failed) {
    const Failure failure = failure_of(one, imported);
    if (step == nullptr || rank_of(failure) < rank_of(worst)) {
      worst = failure;
      step = one.step;
    }
  }
  return verdict_of(worst, step->error, facts);
}

}  // namespace buildcache::docker
