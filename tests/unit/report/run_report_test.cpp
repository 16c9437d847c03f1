#include "report/run_report.hpp"

#include "report/tally.hpp"

#include <doctest/doctest.h>

#include <string>

namespace buildcache::report {
namespace {

using std::chrono::milliseconds;

TargetResult built(int cached, int total) {
  TargetResult target;
  target.name = "api";
  target.status = Status::built;
  for (int i = 0; i < total; ++i) {
    docker::Step& step = target.product.steps.emplace_back();
    step.cached = i < cached;
    step.started = true;
  }
  return target;
}

docker::ImportOutcome import(bool ok) {
  return {"ref", ok, ok ? "" : "401", milliseconds(0)};
}

RunResult run_of(TargetResult target) {
  RunResult result;
  result.targets.push_back(std::move(target));
  result.wall = milliseconds(12'345);
  return result;
}

plan::TargetPlan planned_with(const std::string& tag) {
  plan::TargetPlan planned;
  plan::ProbedCandidate probed;
  probed.candidate.ref = {
      {config::StoreKind::registry, {"ghcr.io", "acme/cache"}, ""}, tag, std::nullopt};
  probed.candidate.why = "the tree base";
  probed.chosen = true;
  planned.candidates.push_back(probed);
  planned.chosen.push_back(0);
  planned.cache_from.push_back({"registry", {{"ref", "ghcr.io/acme/cache:" + tag}}});
  return planned;
}

}  // namespace

TEST_CASE("headline: no cached step is cold, whatever was imported") {
  TargetResult target = built(0, 4);
  target.product.imports.push_back(import(true));
  CHECK(headline({}, run_of(target)) == "cold: 0 of 4 steps cached, 1 target in 12.3 s");
}

TEST_CASE("headline: cached steps after an import are warm") {
  TargetResult target = built(3, 4);
  target.product.imports.push_back(import(true));
  CHECK(headline({}, run_of(target)) == "warm: 3 of 4 steps cached, 1 target in 12.3 s");
}

TEST_CASE("headline: cached steps without a successful import are the builder's merit") {
  TargetResult target = built(3, 4);
  target.product.imports.push_back(import(false));
  CHECK(headline({}, run_of(target)) ==
        "warm by the builder's own state: 3 of 4 steps cached, 1 target in 12.3 s");
}

TEST_CASE("headline: what was saved is told where a stamp remembers a build without caches") {
  plan::Plan plan;
  plan.targets.push_back(planned_with("api--b-main"));
  TargetResult target = built(3, 4);
  target.product.wall = milliseconds(12'000);
  target.product.imports.push_back(import(true));
  CHECK(headline(plan, run_of(target)).ends_with("1 target in 12.3 s"));
  plan.targets[0].candidates[0].answer.stamp.emplace().cold = milliseconds(104'000);
  CHECK(headline(plan, run_of(target)) ==
        "warm: 3 of 4 steps cached, 1 target in 12.3 s; about 1 min 32 s saved");
}

TEST_CASE("cold time: measured by a cold build, remembered by a warm one, never shrinking") {
  plan::TargetPlan planned = planned_with("api--b-main");
  planned.candidates[0].answer.stamp.emplace().cold = milliseconds(50);
  TargetResult cold = built(0, 4);
  cold.product.wall = milliseconds(70);
  CHECK(cold_time(planned, cold) == milliseconds(70));
  TargetResult warm = built(3, 4);
  warm.product.wall = milliseconds(20);
  CHECK(cold_time(planned, warm) == milliseconds(50));
  warm.product.wall = milliseconds(90);
  CHECK(cold_time(planned, warm) == milliseconds(90));
  planned.candidates[0].answer.stamp.reset();
  CHECK(cold_time(planned, warm) == milliseconds(0));
  CHECK(cold_time(planned, built(0, 0)) == milliseconds(0));
}

TEST_CASE("headline: a failing target is told first, and an interruption is no failure") {
  RunResult result = run_of(built(1, 2));
  result.targets.emplace_back().status = Status::failed;
  CHECK(headline({}, result).starts_with("failed: 1 of 2 targets built in 12.3 s; "));
  result.targets.back().status = Status::cancelled;
  CHECK(headline({}, result).starts_with("interrupted: 1 of 2 targets built in 12.3 s; "));
}

TEST_CASE("sources: an import that failed is not called a source") {
  TargetResult target = built(1, 2);
  CHECK(source_words(planned_with("x"), target) == "the tree base");
  target.product.imports.push_back({"ghcr.io/acme/cache:x", false, "401", milliseconds(0)});
  CHECK(source_words(planned_with("x"), target) ==
        "none: the import failed; cached steps were in the builder");
}

TEST_CASE("sources: a cache that broke the build is not called a source") {
  for (const char* without : {"ghcr.io/acme/cache:x", "all caches"}) {
    TargetResult target = built(0, 2);
    target.reruns.push_back({without, "gone"});
    CHECK(source_words(planned_with("x"), target) == "none: built again without");
  }
}

TEST_CASE("written: scopes that failed are not among those published") {
  TargetResult target = built(0, 2);
  target.cache_export.emplace().wall = milliseconds(1200);
  target.publications = {{"commit", "r:c", "", ""}, {"branch", "r:b", "", "403"}};
  CHECK(written_words(target) == "commit in 1.2 s");
  target.publications[0].error = "403";
  CHECK(written_words(target) == "failed in 1.2 s");
}

TEST_CASE("outputs: a single target fills them, several leave them empty but the metadata") {
  plan::Plan plan;
  plan.targets.push_back(planned_with("x"));
  RunResult result = run_of(built(0, 1));
  result.targets[0].product.image_digest = "sha256:1";
  result.targets[0].product.metadata = R"({"image.name":"a","buildx.build.provenance":{"b":1}})";
  auto values = outputs(plan, result);
  CHECK(values[0] == std::pair<std::string, std::string>("cache-from",
                                                         "type=registry,ref=ghcr.io/acme/cache:x"));
  CHECK(values[3].second == "sha256:1");
  CHECK(values[4].second == R"({"api":{"image.name":"a"}})");
  plan.targets.push_back(planned_with("y"));
  result.targets.push_back(built(0, 1));
  result.targets[1].name = "web";
  values = outputs(plan, result);
  CHECK(values[0].second.empty());
  CHECK(values[3].second.empty());
  CHECK(values[4].second == R"({"api":{"image.name":"a"},"web":{}})");
}

TEST_CASE("outputs: metadata that is no object, or no UTF-8, is still an object") {
  plan::Plan plan;
  for (const char* text : {"", "[1]", "nonsense", "{\"a\":\"\xFF\"}"}) {
    RunResult result = run_of(built(0, 1));
    result.targets[0].product.metadata = text;
    CHECK(outputs(plan, result)[4].second == R"({"api":{}})");
  }
}

TEST_CASE("notices: a push the context forbids is told, --no-push is not") {
  plan::Plan plan;
  plan.targets.push_back(planned_with("x"));
  plan.targets[0].build.push_skipped_why = "a fork pushes nothing";
  CHECK(all_notices(plan, {}).size() == 1);
  plan.targets[0].build.push_skipped_why = "--no-push";
  CHECK(all_notices(plan, {}).empty());
}

}  // namespace buildcache::report
