#include "facts_file.hpp"
#include "markdown_reader.hpp"
#include "report/plan_report.hpp"
#include "report/run_report.hpp"
#include "report/summary_document.hpp"
#include "report/tally.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

namespace buildcache::report {
namespace {

using std::filesystem::path;

std::string content_of(const path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

bool is_updating() {
  const char* wish = std::getenv("UPDATE_GOLDEN");  // NOLINT(concurrency-mt-unsafe): one thread
  return wish != nullptr && std::string(wish) == "1";
}

void check_file(const path& file, const std::string& actual) {
  CAPTURE(file.filename().string());
  if (is_updating()) {
    std::ofstream(file, std::ios::binary) << actual;
  }
  CHECK(actual == content_of(file));
}

std::vector<path> cases() {
  std::vector<path> folders;
  for (const auto& entry :
       std::filesystem::directory_iterator(path(BUILDCACHE_GOLDEN_DIR) / "report")) {
    folders.push_back(entry.path());
  }
  std::ranges::sort(folders);
  return folders;
}

std::string outputs_json(const GoldenFacts& facts) {
  nlohmann::ordered_json json;
  for (const auto& [name, value] : outputs(facts.plan, facts.result)) {
    json[name] = value;
  }
  return json.dump(2) + "\n";
}

std::string args_text(const plan::Plan& plan) {
  const auto args = plan_args(plan);
  return args ? *args : "error: " + core::describe(args.error()) + "\n";
}

}  // namespace

TEST_CASE("report: each case's plan and run give the expected texts, documents and outputs") {
  const auto folders = cases();
  CHECK(folders.size() >= 12);
  for (const path& folder : folders) {
    CAPTURE(folder.filename().string());
    const GoldenFacts facts = read_facts(content_of(folder / "facts.json"));
    check_file(folder / "plan.txt", plan_text(facts.plan, false));
    check_file(folder / "explained.txt", plan_text(facts.plan, false, Detail::everything));
    check_file(folder / "plan.json", plan_json(facts.plan, facts.commands));
    check_file(folder / "plan.args", args_text(facts.plan));
    const Document summary = summary_document(facts.plan, facts.result, true);
    check_file(folder / "summary.md", to_markdown(summary));
    check_file(folder / "summary.html", to_html(summary));
    check_file(folder / "summary.txt", summary_text(facts.plan, facts.result, false));
    check_file(folder / "outputs.json", outputs_json(facts));
  }
}

TEST_CASE("report: every summary is well-formed Markdown, whatever names and messages hold") {
  for (const path& folder : cases()) {
    CAPTURE(folder.filename().string());
    const GoldenFacts facts = read_facts(content_of(folder / "facts.json"));
    CHECK(complaints_about(to_markdown(summary_document(facts.plan, facts.result, true))) ==
          std::vector<std::string>());
  }
}

TEST_CASE("report: the summary's first line tells warmth, steps, targets and time") {
  for (const path& folder : cases()) {
    CAPTURE(folder.filename().string());
    const GoldenFacts facts = read_facts(content_of(folder / "facts.json"));
    const std::string first = headline(facts.plan, facts.result);
    CAPTURE(first);
    const Tally tally = tally_of(facts.result);
    const auto holds = [&first](const std::string& part) {
      return first.find(part) != std::string::npos;
    };
    CHECK(holds(std::string(word_of(tally.warmth))));
    CHECK(holds(std::to_string(tally.cached_steps) + " of " + std::to_string(tally.total_steps) +
                " steps cached"));
    CHECK(holds(std::to_string(tally.targets) + " target"));
    CHECK((holds(" s") || holds(" ms")));
    CHECK(summary_text(facts.plan, facts.result, false).starts_with(first + "\n"));
  }
}

TEST_CASE("report: every warning comes with a remedy") {
  for (const path& folder : cases()) {
    CAPTURE(folder.filename().string());
    const GoldenFacts facts = read_facts(content_of(folder / "facts.json"));
    for (const core::Notice& notice : all_notices(facts.plan, facts.result)) {
      CAPTURE(notice.message);
      CHECK((notice.severity == core::Severity::notice || !notice.remedy.empty()));
    }
  }
}

TEST_CASE("report: texts hold no control character but the newline, whatever names hold") {
  for (const path& folder : cases()) {
    CAPTURE(folder.filename().string());
    const GoldenFacts facts = read_facts(content_of(folder / "facts.json"));
    const std::string texts = plan_text(facts.plan, false) +
                              plan_text(facts.plan, false, Detail::everything) +
                              summary_text(facts.plan, facts.result, false) +
                              to_markdown(summary_document(facts.plan, facts.result, true));
    const auto is_control = [](char c) {
      return (static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == '\x7f';
    };
    CHECK(std::ranges::none_of(texts, is_control));
    CHECK(texts.find("\xE2\x80\xAE") == std::string::npos);
    CHECK(plan_text(facts.plan, false).find("##[") == std::string::npos);
    CHECK(plan_text(facts.plan, false, Detail::everything).find("##[") == std::string::npos);
    CHECK(summary_text(facts.plan, facts.result, false).find("##[") == std::string::npos);
  }
}

}  // namespace buildcache::report
