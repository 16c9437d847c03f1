#include "commands/probe.hpp"

#include "strict_store.hpp"
#include "support/fake_clock.hpp"
#include "support/memory_files.hpp"
#include "support/scripted_http.hpp"
#include "support/scripted_process.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace buildcache::commands {
namespace {

using std::chrono::milliseconds;
using store::Verdict;

const std::string kHead(40, 'a');

// A push to branch feat, which looks for the caches of the commit, the branch and main.
Prepared prepared(const std::vector<std::string>& targets) {
  Prepared made;
  made.config.cache.store = config::StoreKind::registry;
  made.config.cache.fallback = {{config::RuleKind::commit, "", "commit"},
                                {config::RuleKind::branch, "", "branch"},
                                {config::RuleKind::default_branch, "", "default"}};
  made.config.cache.max_sources = 1;
  for (const std::string& name : targets) {
    made.config.targets.emplace_back().name = name;
  }
  made.ci.event = ci::Event::push;
  made.ci.branch = "feat";
  made.ci.default_branch = "main";
  made.git.head = kHead;
  made.trust = {config::TrustLevel::branch, {}, ""};
  made.location.repository = {"ghcr.io", "acme/cache"};
  return made;
}

std::string commit_tag(const std::string& target) {
  return target + "--c-" + kHead;
}

struct World {
  std::vector<plan::TargetFacts> probe_all(const Prepared& facts) {
    std::vector<std::string> names;
    for (const config::Target& target : facts.config.targets) {
      names.push_back(target.name);
    }
    const Seams seams{{}, files, processes, http, clock, interruption, {}, {}, false, {}};
    return probe(store, seams, facts, names);
  }

  support::MemoryFiles files;
  support::ScriptedProcess processes;
  support::ScriptedHttp http;
  support::FakeClock clock;
  sys::Interruption interruption;
  StrictStore store;
};

std::vector<Verdict> verdicts(const plan::TargetFacts& target) {
  std::vector<Verdict> all;
  for (const store::Answer& answer : target.answers) {
    all.push_back(answer.verdict);
  }
  return all;
}

store::Answer unusable() {
  store::Answer answer;
  answer.verdict = Verdict::unusable;
  return answer;
}

}  // namespace

TEST_CASE("probe: all caches of all targets are asked for in one batch") {
  World world;
  for (const std::string target : {"api", "web"}) {
    world.store.expect_survey(commit_tag(target), absent());
    world.store.expect_survey(target + "--b-feat", absent());
    world.store.expect_survey(target + "--b-main", absent());
  }
  const auto targets = world.probe_all(prepared({"api", "web"}));
  REQUIRE(targets.size() == 2);
  CHECK(world.store.surveys == 1);
  CHECK(world.store.inspections == 0);
  CHECK(verdicts(targets[1]) == std::vector<Verdict>(3, Verdict::absent));
}

TEST_CASE("probe: only the likely winner is inspected") {
  World world;
  world.store.expect_survey(commit_tag("api"), absent());
  world.store.expect_survey("api--b-feat", found("feat"));
  world.store.expect_survey("api--b-main", found("main"));
  world.store.expect_inspect("api--b-feat", found("feat"));
  const auto targets = world.probe_all(prepared({"api"}));
  CHECK(targets[0].answers[1].inspected);
  CHECK_FALSE(targets[0].answers[2].inspected);
  CHECK(world.store.inspections == 1);
}

TEST_CASE("probe: when the winner proves unusable the next one is inspected") {
  World world;
  world.store.expect_survey(commit_tag("api"), found("commit"));
  world.store.expect_survey("api--b-feat", found("feat"));
  world.store.expect_survey("api--b-main", found("main"));
  world.store.expect_inspect(commit_tag("api"), unusable());
  world.store.expect_inspect("api--b-feat", unusable());
  world.store.expect_inspect("api--b-main", found("main"));
  const auto targets = world.probe_all(prepared({"api"}));
  CHECK(verdicts(targets[0]) ==
        std::vector<Verdict>{Verdict::unusable, Verdict::unusable, Verdict::found});
  CHECK(world.store.inspections == 3);
}

// The branch is read and written: its tag is expected once.
TEST_CASE("probe: what is read and written alike is asked for once, and answered in both places") {
  World world;
  Prepared facts = prepared({"api"});
  facts.trust.write = {config::WriteScope::branch};
  world.store.expect_survey(commit_tag("api"), absent());
  world.store.expect_survey("api--b-feat", found("feat"));
  world.store.expect_survey("api--b-main", absent());
  world.store.expect_inspect("api--b-feat", found("feat"));
  const auto targets = world.probe_all(facts);
  REQUIRE(targets[0].write_answers.size() == 1);
  CHECK(targets[0].write_answers[0].verdict == Verdict::found);
  CHECK(targets[0].write_answers[0].inspected);
  CHECK(targets[0].answers[1].inspected);
}

TEST_CASE("probe: what trust forbids to read is not asked for") {
  World world;
  Prepared facts = prepared({"api"});
  facts.trust.level = config::TrustLevel::protected_branch;
  facts.ci.branch.clear();
  ci::Change& change = facts.ci.change.emplace();
  change.number = "17";
  change.head_branch = "feat";
  change.base_branch = "main";
  world.store.expect_survey(commit_tag("api"), absent());
  world.store.expect_survey("api--b-main", absent());
  const auto targets = world.probe_all(facts);
  CHECK(targets[0].candidates[1].refused);
  CHECK(targets[0].answers[1].verdict == Verdict::skipped);
}

TEST_CASE("probe: a cache to be written is inspected for its stamp where there is one") {
  World world;
  Prepared facts = prepared({"api"});
  facts.config.cache.fallback.clear();
  facts.trust.write = {config::WriteScope::branch};
  world.store.expect_survey("api--b-feat", found("old"));
  world.store.expect_inspect("api--b-feat", found("old"));
  const auto targets = world.probe_all(facts);
  REQUIRE(targets[0].write_answers.size() == 1);
  CHECK(targets[0].write_answers[0].inspected);
}

TEST_CASE("probe: all batches share one deadline, and a late one still has a moment") {
  World world;
  Prepared facts = prepared({"api"});
  facts.config.cache.timeout.probe = milliseconds(1000);
  world.store.expect_survey(commit_tag("api"), found("commit"));
  world.store.expect_survey("api--b-feat", found("feat"));
  world.store.expect_survey("api--b-main", found("main"));
  world.store.expect_inspect(commit_tag("api"), unusable());
  world.store.expect_inspect("api--b-feat", unusable());
  world.store.expect_inspect("api--b-main", unusable());
  world.store.on_batch([&world] { world.clock.advance(milliseconds(600)); });
  (void)world.probe_all(facts);
  CHECK(world.store.deadlines ==
        std::vector<milliseconds>{
            milliseconds(1000), milliseconds(400), milliseconds(1), milliseconds(1)});
}

TEST_CASE("probe: without probing every verdict is skipped") {
  Prepared facts = prepared({"api", "web"});
  facts.trust.write = {config::WriteScope::branch};
  const auto targets = without_probing(facts, {"web"});
  REQUIRE(targets.size() == 1);
  CHECK(targets[0].name == "web");
  CHECK(verdicts(targets[0]) == std::vector<Verdict>(3, Verdict::skipped));
  CHECK(targets[0].write_answers.size() == 1);
}

}  // namespace buildcache::commands
