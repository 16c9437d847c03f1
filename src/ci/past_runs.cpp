#include "ci/past_runs.hpp"

#include "ci/first_error.hpp"
#include "ci/payload.hpp"
#include "core/text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace buildcache::ci {
namespace {

constexpr std::array kEvents{Event::push,
                             Event::pull_request,
                             Event::merge_queue,
                             Event::tag,
                             Event::release,
                             Event::schedule,
                             Event::manual};

std::optional<Event> event_of(std::string_view word) {
  const auto* found =
      std::ranges::find_if(kEvents, [word](Event event) { return word_of(event) == word; });
  return found == kEvents.end() ? std::nullopt : std::optional(*found);
}

bool needs_branch(Event event) {
  return event == Event::push || event == Event::schedule || event == Event::manual;
}

core::Error wrong(std::string message) {
  return {core::ErrorKind::facts, std::move(message), std::nullopt, {}};
}

// Reads one line. The first error is kept; reads after it return empty values.
class RunReader {
 public:
  explicit RunReader(Payload payload) : payload_(std::move(payload)) {}

  core::Result<PastRun> read() {
    PastRun run;
    run.event = read_event();
    run.commit = error_.take(payload_.commit("commit"));
    run.branch = error_.take(payload_.text("branch"));
    run.base = error_.take(payload_.commit("base"));
    run.base_branch = error_.take(payload_.text("base_branch"));
    run.fork = error_.take(payload_.flag("fork"));
    run.failed = read_failed();
    if (run.event == Event::pull_request) {
      run.number = error_.take(payload_.number("number"));
    }
    check(run);
    return error_.get() ? core::Result<PastRun>(tl::unexpected(*error_.get())) : run;
  }

 private:
  Event read_event() {
    const std::string word = error_.take(payload_.required_text("event"));
    const auto event = event_of(word);
    if (!event && !error_.get()) {
      error_.keep(
          wrong("event is push, pull_request, merge_queue, tag, release, schedule or manual, not " +
                core::shortened(core::printable(word), 80)));
    }
    return event.value_or(Event::push);
  }

  bool read_failed() {
    const std::string word = error_.take(payload_.text("result"));
    if (!word.empty() && word != "success" && word != "failure") {
      error_.keep(
          wrong("result is success or failure, not " + core::shortened(core::printable(word), 80)));
    }
    return word == "failure";
  }

  void check(const PastRun& run) {
    const bool has_base = run.event == Event::pull_request || run.event == Event::merge_queue;
    if (run.commit.empty()) {
      error_.keep(wrong("commit is missing: the full id of what was built"));
    } else if (has_base && run.base.empty()) {
      error_.keep(wrong("base is missing: the full id of the commit it was merged with"));
    } else if (!has_base && !run.base.empty()) {
      error_.keep(wrong("base is of pull_request and merge_queue alone"));
    } else if (run.branch.empty() && needs_branch(run.event)) {
      error_.keep(wrong("branch is missing: the branch that was built"));
    }
  }

  Payload payload_;
  FirstError error_;
};

// A misspelt member would be one that is not there.
std::optional<core::Error> unknown_member(std::string_view line) {
  static const std::vector<std::string> kMembers{
      "event", "commit", "branch", "number", "base", "base_branch", "fork", "result"};
  const auto document = nlohmann::json::parse(line, nullptr, false);
  for (const auto& member : document.items()) {
    if (std::ranges::find(kMembers, member.key()) == kMembers.end()) {
      const std::string near = core::nearest(member.key(), kMembers);
      return wrong("no member is called " + core::shortened(core::printable(member.key()), 80) +
                   (near.empty() ? "" : "; did you mean " + near + "?"));
    }
  }
  return std::nullopt;
}

core::Result<PastRun> read_line(std::string_view line) {
  auto payload = Payload::parse(line);
  if (!payload) {
    return tl::unexpected(payload.error());
  }
  if (auto error = unknown_member(line)) {
    return tl::unexpected(std::move(*error));
  }
  return RunReader(std::move(*payload)).read();
}

}  // namespace

core::Result<std::vector<PastRun>> parse_past_runs(std::string_view text, const std::string& file) {
  std::vector<PastRun> runs;
  int number = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    ++number;
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) {
      continue;
    }
    auto run = read_line(line);
    if (!run) {
      core::Error error = run.error();
      error.position = core::Position{file, number, 0};
      error.hint = "docs/simulate.md tells what a line holds";
      return tl::unexpected(std::move(error));
    }
    runs.push_back(std::move(*run));
  }
  return runs;
}

}  // namespace buildcache::ci
