#include "report/plan_report.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <random>
#include <set>
#include <string>

namespace buildcache::report {
namespace {

using Json = nlohmann::json;
using Keys = std::set<std::string>;

Keys keys_of(const Json& object) {
  Keys keys;
  for (const auto& [key, value] : object.items()) {
    keys.insert(key);
  }
  return keys;
}

plan::Plan full_plan(const std::string& text) {
  plan::Plan plan;
  plan.ci.provider = ci::Provider::github;
  ci::Change& change = plan.ci.change.emplace();
  change.number = text;
  change.head_branch = text;
  change.base_branch = text;
  change.fork = true;
  plan.git.head = text;
  plan.git.tree_base = git::BasePoint{text, text, {}};
  plan.git.fork_point = git::BasePoint{text, text, {}};
  plan.branch = plan.default_branch = text;
  plan.trust = {config::TrustLevel::fork, {config::WriteScope::pr}, text};
  plan.notices.push_back({core::Severity::warning, text, text, text});
  plan::TargetPlan& target = plan.targets.emplace_back();
  target.name = text;
  target.cache_from.push_back({"registry", {{"ref", text}}});
  plan::ProbedCandidate& probed = target.candidates.emplace_back();
  probed.candidate.rule = probed.candidate.why = text;
  probed.candidate.ref.tag = text;
  probed.answer.reason = text;
  probed.answer.digest = core::Digest::of("");
  target.exports.emplace_back().specs.push_back({"registry", {{"ref", text}}});
  return plan;
}

Json reread(const plan::Plan& plan) {
  return Json::parse(plan_json(plan, {{{{"docker", plan.branch}}}}));
}

Keys verdicts_of(const Json& document) {
  Keys verdicts;
  for (const Json& target : document.at("targets")) {
    for (const Json& candidate : target.at("candidates")) {
      verdicts.insert(candidate.at("verdict").get<std::string>());
    }
  }
  return verdicts;
}

}  // namespace

TEST_CASE("plan json: the document has exactly the keys that are promised") {
  const Json document = reread(full_plan("x"));
  CHECK(keys_of(document) == Keys{"version", "ci", "git", "trust", "targets", "warnings"});
  CHECK(keys_of(document.at("ci")) == Keys{"provider", "event", "change", "fork"});
  CHECK(keys_of(document.at("git")) == Keys{"head",
                                            "branch",
                                            "base_branch",
                                            "default_branch",
                                            "tree_base",
                                            "fork_point",
                                            "history",
                                            "ladder"});
  CHECK(keys_of(document.at("git").at("tree_base")) == Keys{"commit", "source"});
  CHECK(keys_of(document.at("git").at("fork_point")) == Keys{"commit", "source"});
  CHECK(keys_of(document.at("trust")) == Keys{"level", "write", "reason"});
  const Json& target = document.at("targets").at(0);
  CHECK(keys_of(target) ==
        Keys{"name", "cache_from", "cache_to", "candidates", "silent_rules", "mounts", "commands"});
  CHECK(keys_of(target.at("candidates").at(0)) ==
        Keys{"ref", "rule", "verdict", "reason", "chosen", "digest"});
  CHECK(keys_of(document.at("warnings").at(0)) == Keys{"severity", "message", "remedy", "target"});
}

TEST_CASE("plan json: every verdict has the word that is promised") {
  plan::Plan plan;
  plan::TargetPlan& target = plan.targets.emplace_back();
  for (int i = 0; i <= static_cast<int>(store::Verdict::skipped); ++i) {
    target.candidates.emplace_back().answer.verdict = static_cast<store::Verdict>(i);
  }
  CHECK(verdicts_of(Json::parse(plan_json(plan, {}))) == Keys{"found",
                                                              "absent",
                                                              "unauthorized",
                                                              "forbidden",
                                                              "unusable",
                                                              "refused",
                                                              "timed_out",
                                                              "unreachable",
                                                              "unknown",
                                                              "skipped"});
}

TEST_CASE("plan json: what is not known is null, what is none an empty list") {
  plan::Plan plan;
  plan.targets.emplace_back().name = "api";
  const Json document = Json::parse(plan_json(plan, {}));
  for (const char* key :
       {"head", "branch", "default_branch", "tree_base", "fork_point", "history"}) {
    CHECK(document.at("git").at(key).is_null());
  }
  CHECK(document.at("ci").at("change").is_null());
  CHECK(document.at("ci").at("fork") == false);
  for (const char* key : {"cache_from", "cache_to", "candidates", "commands"}) {
    CHECK(document.at("targets").at(0).at(key) == Json::array());
  }
  CHECK(document.at("warnings") == Json::array());
}

TEST_CASE("plan json: a push to another branch names the default branch as its base") {
  plan::Plan plan;
  plan.ci.event = ci::Event::push;
  plan.ci.branch = "feat";
  plan.ci.default_branch = "main";
  CHECK(Json::parse(plan_json(plan, {})).at("git").at("base_branch") == "main");
}

TEST_CASE("plan json: no bytes break the document") {
  std::mt19937 random(5);  // NOLINT(cert-msc51-cpp): the same bytes every time
  for (int round = 0; round < 500; ++round) {
    std::string bytes;
    for (std::size_t i = random() % 30; i > 0; --i) {
      bytes += static_cast<char>(random() % 256);
    }
    CAPTURE(bytes);
    REQUIRE(verdicts_of(reread(full_plan(bytes))) == Keys{"skipped"});
  }
}

TEST_CASE("plan args: the flags of the one target are words of a shell") {
  plan::Plan plan;
  plan::TargetPlan& target = plan.targets.emplace_back();
  target.cache_from.push_back({"local", {{"src", "/a b"}}});
  target.exports.emplace_back().specs.push_back({"local", {{"dest", "/it's"}}});
  const auto args = plan_args(plan);
  REQUIRE(args.has_value());
  CHECK(*args == "--cache-from 'type=local,src=/a b' --cache-to 'type=local,dest=/it'\\''s'\n");
}

TEST_CASE("plan args: several targets, and none, are a wrong use") {
  plan::Plan plan;
  CHECK(plan_args(plan).error().kind == core::ErrorKind::usage);
  plan.targets.resize(2);
  CHECK(plan_args(plan).error().kind == core::ErrorKind::usage);
}

}  // namespace buildcache::report
