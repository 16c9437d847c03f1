#include "ci/past_runs.hpp"

#include <doctest/doctest.h>

#include <string>

namespace buildcache::ci {
namespace {

const std::string kOne(40, '1');
const std::string kTwo(40, '2');

std::string push(const std::string& more = {}) {
  return R"({"event": "push", "branch": "main", "commit": ")" + kOne + "\"" + more + "}\n";
}

// The error's message and line; empty when there is none.
std::string trouble_of(const std::string& text) {
  const auto runs = parse_past_runs(text, "runs.jsonl");
  if (runs) {
    return {};
  }
  CHECK(runs.error().kind == core::ErrorKind::facts);
  REQUIRE(runs.error().position.has_value());
  CHECK(runs.error().position->file == "runs.jsonl");
  CHECK(runs.error().hint.find("docs/simulate.md") != std::string::npos);
  return std::to_string(runs.error().position->line) + ": " + runs.error().message;
}

TEST_CASE("past runs: a line a run, in their order; empty lines are left out") {
  const auto runs = parse_past_runs(
      push() + "\n  \r\n" + push(R"(, "result": "failure")") +
          R"({"event": "pull_request", "number": 7, "branch": "feat", "commit": ")" + kOne +
          R"(", "base": ")" + kTwo + R"(", "base_branch": "release", "fork": true})",
      "runs.jsonl");
  REQUIRE(runs.has_value());
  REQUIRE(runs->size() == 3);
  CHECK(runs->at(0).branch == "main");
  CHECK_FALSE(runs->at(0).failed);
  CHECK(runs->at(1).failed);
  CHECK(runs->at(2).event == Event::pull_request);
  CHECK(runs->at(2).number == "7");
  CHECK(runs->at(2).base == kTwo);
  CHECK(runs->at(2).base_branch == "release");
  CHECK(runs->at(2).fork);
  CHECK(parse_past_runs("", "runs.jsonl")->empty());
}

TEST_CASE("past runs: what is wrong is told with its line") {
  CHECK(trouble_of(push() + "nonsense").starts_with("2: "));
  CHECK(trouble_of("[]").starts_with("1: "));
  CHECK(trouble_of(R"({"event": "push", "branch": "main"})") ==
        "1: commit is missing: the full id of what was built");
  CHECK(trouble_of("\n"
                   R"({"event": "push", "branch": "main", "commit": "1234"})")
            .starts_with("2: "));
  CHECK(trouble_of(R"({"event": "poll", "commit": ")" + kOne + "\"}") ==
        "1: event is push, pull_request, merge_queue, tag, release, schedule or manual, not poll");
  CHECK(trouble_of(R"({"event": "push", "commit": ")" + kOne + "\"}") ==
        "1: branch is missing: the branch that was built");
  CHECK(trouble_of(R"({"event": "schedule", "commit": ")" + kOne + "\"}") ==
        "1: branch is missing: the branch that was built");
  CHECK(trouble_of(push(R"(, "base": ")" + kTwo + "\"")) ==
        "1: base is of pull_request and merge_queue alone");
  CHECK(trouble_of(push(R"(, "result": "maybe")")) == "1: result is success or failure, not maybe");
  CHECK(trouble_of(R"({"event": "merge_queue", "commit": ")" + kOne + "\"}") ==
        "1: base is missing: the full id of the commit it was merged with");
  CHECK(trouble_of(R"({"event": "pull_request", "commit": ")" + kOne + R"(", "base": ")" + kTwo +
                   "\"}")
            .starts_with("1: "));
  CHECK(trouble_of(push(R"(, "fork": "yes")")).starts_with("1: "));
  CHECK(trouble_of(push(R"(, "reslut": "failure")")) ==
        "1: no member is called reslut; did you mean result?");
  CHECK(trouble_of(push(R"(, "seconds\u001b": 1)")) == "1: no member is called seconds\\x1b");
}

}  // namespace
}  // namespace buildcache::ci
