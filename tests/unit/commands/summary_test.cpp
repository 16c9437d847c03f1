#include "commands/summary.hpp"

#include "support/memory_files.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>

namespace buildcache::commands {
namespace {

using config::SummaryMode;

// Takes a summary, and nothing else.
class SummaryDesk final : public ci::Delivery {
 public:
  std::optional<std::string> summary;

  void mask(std::string_view /*secret*/) override { FAIL("mask"); }
  void begin_group(std::string_view /*title*/) override { FAIL("begin_group"); }
  void end_group() override { FAIL("end_group"); }
  void begin_foreign_output() override { FAIL("begin_foreign_output"); }
  void end_foreign_output() override { FAIL("end_foreign_output"); }
  void annotate(const core::Notice& /*notice*/) override { FAIL("annotate"); }
  core::Result<void> write_outputs(const ci::Outputs& /*outputs*/) override {
    FAIL("write_outputs");
    return {};
  }
  core::Result<void> write_summary(std::string_view markdown) override {
    CHECK_FALSE(summary.has_value());
    summary = std::string(markdown);
    return {};
  }
};

struct Run {
  plan::Plan plan;
  report::RunResult result;
};

Run run_with(int cached, int total) {
  Run run;
  run.plan.targets.emplace_back().name = "api";
  report::TargetResult& target = run.result.targets.emplace_back();
  target.name = "api";
  target.status = report::Status::built;
  target.product.wall = std::chrono::seconds(1);
  for (int i = 0; i < total; ++i) {
    docker::Step& step = target.product.steps.emplace_back();
    step.started = true;
    step.cached = i < cached;
  }
  return run;
}

std::optional<std::string> told(SummaryMode mode, const Run& run) {
  SummaryDesk desk;
  REQUIRE(write_job_summary(desk, mode, run.plan, run.result).has_value());
  return desk.summary;
}

}  // namespace

TEST_CASE("job summary: full tells the candidates, compact the table alone, off nothing") {
  const Run run = run_with(1, 2);
  CHECK(told(SummaryMode::full, run)->find("<details>") != std::string::npos);
  const auto compact = told(SummaryMode::compact, run);
  CHECK(compact->find("| target |") != std::string::npos);
  CHECK(compact->find("<details>") == std::string::npos);
  CHECK_FALSE(told(SummaryMode::off, run).has_value());
}

TEST_CASE("job summary: on-miss is silent when every step was cached and nothing is wrong") {
  CHECK_FALSE(told(SummaryMode::on_miss, run_with(2, 2)).has_value());
  CHECK(told(SummaryMode::on_miss, run_with(1, 2)).has_value());
  Run failed = run_with(2, 2);
  failed.result.targets[0].status = report::Status::failed;
  CHECK(told(SummaryMode::on_miss, failed).has_value());
  Run warned = run_with(2, 2);
  warned.plan.notices.push_back({core::Severity::warning, "the cache is foreign", "look", ""});
  CHECK(told(SummaryMode::on_miss, warned).has_value());
  warned.plan.notices[0].severity = core::Severity::notice;
  CHECK_FALSE(told(SummaryMode::on_miss, warned).has_value());
}

TEST_CASE("summary files: the suffix decides, one that fails does not stop the others") {
  support::MemoryFiles files;
  files.add("/out/x", "");
  files.fail_next("/out/broken.html", core::ErrorKind::forbidden);
  const Run run = run_with(1, 2);
  const auto written = write_summary_files(
      files, {"/out/broken.html", "/out/report.html", "/out/report.md"}, run.plan, run.result);
  CHECK_FALSE(written.has_value());
  CHECK(files.content("/out/report.html")->starts_with("<!DOCTYPE html>"));
  CHECK(files.content("/out/report.md")->starts_with("### buildcache"));
  CHECK(files.mode("/out/report.html") == 0644U);
  CHECK_FALSE(files.content("/out/broken.html").has_value());
}

}  // namespace buildcache::commands
