#include "commands/schedule.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <iterator>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace buildcache::commands {
namespace {

using report::Status;
using Needs = std::map<std::string, std::vector<std::string>>;

plan::Plan plan_of(const std::vector<std::string>& names, const Needs& needs) {
  plan::Plan plan;
  for (const std::string& name : names) {
    plan::TargetPlan& target = plan.targets.emplace_back();
    target.name = name;
    const auto found = needs.find(name);
    target.needs = found == needs.end() ? std::vector<std::string>() : found->second;
  }
  return plan;
}

report::TargetResult result_of(const plan::TargetPlan& target, Status status) {
  report::TargetResult result;
  result.name = target.name;
  result.status = status;
  return result;
}

bool never() {
  return false;
}

std::vector<Status> statuses(const std::vector<report::TargetResult>& results) {
  std::vector<Status> all;
  std::ranges::transform(results, std::back_inserter(all), &report::TargetResult::status);
  return all;
}

}  // namespace

TEST_CASE("schedule: a target is built after all it needs, and results are in the plan's order") {
  const Needs needs = {{"b", {"a"}}, {"c", {"a"}}, {"d", {"b", "c"}}};
  const plan::Plan plan = plan_of({"a", "b", "c", "d"}, needs);
  std::mutex mutex;
  std::set<std::string> built;
  const auto results = run_targets(
      plan,
      4,
      [&](const plan::TargetPlan& target) {
        const std::lock_guard lock(mutex);
        for (const std::string& need : target.needs) {
          CHECK(built.contains(need));
        }
        built.insert(target.name);
        return result_of(target, Status::built);
      },
      never);
  REQUIRE(results.size() == 4);
  CHECK(results[0].name == "a");
  CHECK(results[3].name == "d");
  CHECK(statuses(results) == std::vector<Status>(4, Status::built));
}

TEST_CASE("schedule: independent targets are built side by side") {
  const plan::Plan plan = plan_of({"a", "b"}, {});
  std::mutex mutex;
  std::condition_variable changed;
  int there = 0;
  const auto results = run_targets(
      plan,
      2,
      [&](const plan::TargetPlan& target) {
        std::unique_lock lock(mutex);
        ++there;
        changed.notify_all();
        // One alone would wait for the other in vain.
        const bool both =
            changed.wait_for(lock, std::chrono::seconds(20), [&there] { return there == 2; });
        return result_of(target, both ? Status::built : Status::failed);
      },
      never);
  CHECK(statuses(results) == std::vector<Status>(2, Status::built));
}

TEST_CASE("schedule: never more targets at once than allowed") {
  std::vector<std::string> names(20);
  std::ranges::generate(names, [i = 0]() mutable { return std::to_string(i++); });
  const plan::Plan plan = plan_of(names, {});
  std::atomic<int> now{0};
  std::atomic<int> most{0};
  (void)run_targets(
      plan,
      3,
      [&](const plan::TargetPlan& target) {
        const int count = ++now;
        int seen = most.load();
        while (count > seen && !most.compare_exchange_weak(seen, count)) {
        }
        --now;
        return result_of(target, Status::built);
      },
      never);
  CHECK(most.load() <= 3);
}

TEST_CASE("schedule: what a failed target blocks is skipped, what it does not is built") {
  const Needs needs = {{"b", {"a"}}, {"c", {"b"}}};
  const plan::Plan plan = plan_of({"a", "b", "c", "d"}, needs);
  const auto results = run_targets(
      plan,
      1,
      [](const plan::TargetPlan& target) {
        return result_of(target, target.name == "a" ? Status::failed : Status::built);
      },
      never);
  CHECK(statuses(results) ==
        std::vector<Status>{Status::failed, Status::skipped, Status::skipped, Status::built});
  CHECK(results[1].message == "needs a, which was not built");
  CHECK(results[2].message == "needs b, which was not built");
}

TEST_CASE("schedule: after the stop no target is started and the rest are cancelled") {
  const plan::Plan plan = plan_of({"a", "b", "c"}, {{"c", {"b"}}});
  std::atomic<bool> stopped{false};
  std::atomic<int> started{0};
  const auto results = run_targets(
      plan,
      1,
      [&](const plan::TargetPlan& target) {
        ++started;
        stopped = true;
        return result_of(target, Status::cancelled);
      },
      [&stopped] { return stopped.load(); });
  CHECK(started.load() == 1);
  CHECK(statuses(results) == std::vector<Status>(3, Status::cancelled));
}

TEST_CASE("schedule: a need outside of the plan does not block") {
  const plan::Plan plan = plan_of({"b"}, {{"b", {"a"}}});
  const auto results = run_targets(
      plan,
      2,
      [](const plan::TargetPlan& target) { return result_of(target, Status::built); },
      never);
  CHECK(statuses(results) == std::vector<Status>{Status::built});
}

TEST_CASE("schedule: no targets, no results") {
  CHECK(run_targets(
            {},
            4,
            [](const plan::TargetPlan& target) { return result_of(target, Status::built); },
            never)
            .empty());
}

}  // namespace buildcache::commands
