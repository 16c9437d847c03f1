#include "ci/github_delivery.hpp"

#include "ci/github_grammar.hpp"
#include "hostile_texts.hpp"
#include "support/github_runner.hpp"
#include "support/memory_files.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace buildcache::ci {
namespace {

using support::RunnerLog;
using test::hostile_texts;

// A delivery to files in memory whose tokens count up: "1", "2", ...
struct Runner {
  support::MemoryFiles files;
  std::vector<std::string> lines;
  int tokens = 0;
  GithubDelivery delivery{files,
                          {"/output", "/summary"},
                          [this](std::string_view line) { lines.emplace_back(line); },
                          [this] { return std::to_string(++tokens); }};

  [[nodiscard]] RunnerLog log() const { return support::read_log(lines); }
};

std::vector<std::string> names_of(const RunnerLog& log) {
  std::vector<std::string> names;
  for (const auto& command : log.commands) {
    names.push_back(command.name);
  }
  return names;
}

TEST_CASE("github delivery: hostile output values come back as they were, but for broken UTF-8") {
  for (const std::string& text : hostile_texts()) {
    CAPTURE(text);
    Runner runner;
    REQUIRE(runner.delivery.write_outputs({{"first", text}, {"second-name", "after"}}).has_value());
    const auto outputs = support::read_output_file(*runner.files.content("/output"));
    REQUIRE(outputs.size() == 2);
    CHECK(outputs[0].first == "first");
    CHECK(outputs[0].second == valid_utf8(text));
    CHECK(outputs[1] == std::pair<std::string, std::string>{"second-name", "after"});
  }
}

TEST_CASE("github delivery: a delimiter that occurs in the value is drawn again") {
  Runner runner;
  REQUIRE(runner.delivery.write_outputs({{"x", "buildcache-1\nbuildcache-2"}}).has_value());
  CHECK(runner.files.content("/output") ==
        "x<<buildcache-3\nbuildcache-1\nbuildcache-2\nbuildcache-3\n");
}

TEST_CASE("github delivery: a value that holds every delimiter is refused, not written") {
  Runner runner;
  const std::string value = "buildcache-1 buildcache-2 buildcache-3";
  CHECK(runner.delivery.write_outputs({{"x", value}}).error().kind == core::ErrorKind::internal);
  CHECK_FALSE(runner.files.content("/output").has_value());
}

TEST_CASE("github delivery: a name that the grammar could misread is refused") {
  for (const std::string name : {"", "a=b", "a<<b", "a b", "a\nb", "1a", "-a"}) {
    CAPTURE(name);
    Runner runner;
    CHECK_FALSE(runner.delivery.write_outputs({{name, "x"}}).has_value());
  }
}

TEST_CASE("github delivery: outputs are added to what is there, and errors are handed on") {
  Runner runner;
  runner.files.add("/output", "before=1\n");
  REQUIRE(runner.delivery.write_outputs({{"after", "2"}}).has_value());
  CHECK(support::read_output_file(*runner.files.content("/output")).size() == 2);
  runner.files.fail_next("/output", core::ErrorKind::forbidden);
  CHECK(runner.delivery.write_outputs({{"x", "y"}}).error().kind == core::ErrorKind::forbidden);
}

TEST_CASE("github delivery: without the variables nothing is written") {
  support::MemoryFiles files;
  GithubDelivery delivery(
      files, {}, [](std::string_view) {}, [] { return std::string("t"); });
  CHECK(delivery.write_outputs({{"x", "y"}}).has_value());
  CHECK(delivery.write_summary("text").has_value());
  CHECK(files.files().empty());
}

TEST_CASE("github delivery: notices become annotations that say what they said") {
  for (const std::string& text : hostile_texts()) {
    CAPTURE(text);
    Runner runner;
    runner.delivery.annotate({core::Severity::warning, text, text, text});
    const RunnerLog log = runner.log();
    REQUIRE(log.commands.size() == 1);
    CHECK(log.commands.front().name == "warning");
    CHECK_FALSE(log.commands.front().legacy);
    CHECK(log.commands.front().properties.size() == 1);
    CHECK(log.commands.front().properties.count("title") == 1);
    CHECK(log.text.empty());
    CHECK(runner.lines.front().find("##[") == std::string::npos);
    CHECK(runner.lines.front().find('\n') == std::string::npos);
  }
}

TEST_CASE("github delivery: an annotation carries title, message and remedy") {
  Runner runner;
  runner.delivery.annotate({core::Severity::notice, "100% absent: a,b", "do this", "api"});
  const auto command = runner.log().commands.at(0);
  CHECK(command.name == "notice");
  CHECK(command.properties.at("title") == "buildcache: api");
  CHECK(command.data == "100% absent: a,b\ndo this");
}

TEST_CASE("github delivery: an annotation stays below what the runner cuts") {
  Runner runner;
  runner.delivery.annotate({core::Severity::warning, std::string(10'000, 'm'), {}, {}});
  CHECK(runner.log().commands.at(0).data.size() <= 4096);
}

TEST_CASE("github delivery: group titles cannot leave their line") {
  for (const std::string& text : hostile_texts()) {
    CAPTURE(text);
    Runner runner;
    runner.delivery.begin_group(text);
    runner.delivery.end_group();
    CHECK(names_of(runner.log()) == std::vector<std::string>{"group", "endgroup"});
    CHECK(runner.lines.size() == 2);
  }
}

TEST_CASE("github delivery: nothing in foreign output is a command") {
  Runner runner;
  runner.delivery.begin_foreign_output();
  for (const std::string& text : hostile_texts()) {
    runner.lines.push_back(text);
  }
  runner.delivery.end_foreign_output();
  const RunnerLog log = runner.log();
  CHECK(log.commands.size() == 2);
  CHECK(log.text.size() == hostile_texts().size());
  CHECK_FALSE(log.stopped);
}

TEST_CASE("github delivery: each foreign output has a token of its own, and ends once") {
  Runner runner;
  runner.delivery.end_foreign_output();
  runner.delivery.begin_foreign_output();
  runner.delivery.begin_foreign_output();
  runner.delivery.end_foreign_output();
  runner.delivery.end_foreign_output();
  runner.delivery.begin_foreign_output();
  runner.delivery.end_foreign_output();
  CHECK(runner.lines == std::vector<std::string>{"::stop-commands::buildcache-1",
                                                 "::buildcache-1::",
                                                 "::stop-commands::buildcache-2",
                                                 "::buildcache-2::"});
}

TEST_CASE("github delivery: our own commands work inside of foreign output") {
  Runner runner;
  runner.delivery.begin_foreign_output();
  runner.delivery.mask("hunter22");
  runner.lines.emplace_back("::error::forged");
  runner.delivery.annotate({core::Severity::warning, "real", {}, {}});
  runner.lines.emplace_back("::error::forged");
  runner.delivery.end_foreign_output();
  const RunnerLog log = runner.log();
  CHECK(std::count(log.masks.begin(), log.masks.end(), "hunter22") == 1);
  const auto names = names_of(log);
  CHECK(std::count(names.begin(), names.end(), "warning") == 1);
  CHECK(std::count(names.begin(), names.end(), "error") == 0);
  CHECK_FALSE(log.stopped);
}

TEST_CASE("github delivery: a masked secret is masked by line and in base64") {
  Runner runner;
  runner.delivery.mask("first line\n}\nsecond%line");
  const RunnerLog log = runner.log();
  const auto has = [&log](const std::string& mask) {
    return std::find(log.masks.begin(), log.masks.end(), mask) != log.masks.end();
  };
  CHECK(has("first line"));
  CHECK(has("second%line"));
  CHECK_FALSE(has("}"));
  CHECK(has("Zmlyc3QgbGluZQp9CnNlY29uZCVsaW5l"));
}

TEST_CASE("github delivery: an empty secret makes no mask") {
  Runner runner;
  runner.delivery.mask("");
  runner.delivery.mask("\n\r\n");
  CHECK(runner.lines.empty());
}

TEST_CASE("github delivery: a summary is written as it is when it fits") {
  Runner runner;
  REQUIRE(runner.delivery.write_summary("# Title\n\ntext\n").has_value());
  CHECK(runner.files.content("/summary") == "# Title\n\ntext\n");
}

TEST_CASE("github delivery: a summary that is too long ends at a line, saying so") {
  Runner runner;
  std::string markdown;
  while (markdown.size() < 2'000'000) {
    markdown += "a line of the summary \xE2\x82\xAC\n";
  }
  REQUIRE(runner.delivery.write_summary(markdown).has_value());
  const std::string written = *runner.files.content("/summary");
  support::check_summary_file(written);
  CHECK(written.size() <= kSummaryLimit);
  CHECK(written.size() > kSummaryLimit - 200);
  CHECK(written.find("The summary is cut here") != std::string::npos);
}

TEST_CASE("github delivery: summaries of one step share the limit") {
  Runner runner;
  runner.files.add("/summary", std::string(kSummaryLimit - 300, 'x'));
  REQUIRE(runner.delivery.write_summary(std::string(500, 'y') + "\n").has_value());
  CHECK(runner.files.content("/summary")->size() <= kSummaryLimit);
  CHECK(runner.files.content("/summary")->find("cut here") != std::string::npos);
  runner.files.add("/summary", std::string(kSummaryLimit + 1, 'x'));
  REQUIRE(runner.delivery.write_summary("more").has_value());
  CHECK(runner.files.content("/summary")->size() == kSummaryLimit + 1);
}

TEST_CASE("github delivery: a summary is valid UTF-8 whatever it is made of") {
  for (const std::string& text : hostile_texts()) {
    CAPTURE(text);
    Runner runner;
    REQUIRE(runner.delivery.write_summary(text).has_value());
    support::check_summary_file(runner.files.content("/summary").value_or(""));
  }
}

}  // namespace
}  // namespace buildcache::ci
