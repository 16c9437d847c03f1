// What the golden cases do not show: environment limits and the write limits by themselves.
#include "ci/github_facts.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>

namespace buildcache::ci {
namespace {

std::map<std::string, std::string> push_variables() {
  return {{"GITHUB_EVENT_NAME", "push"},
          {"GITHUB_REF", "refs/heads/main"},
          {"GITHUB_SHA", std::string(40, 'a')}};
}

sys::Environment with_cache_mode(const std::string& mode) {
  return sys::Environment(std::map<std::string, std::string>{{"ACTIONS_CACHE_MODE", mode}});
}

TEST_CASE("github facts: a variable longer than 4096 bytes is refused by name") {
  auto variables = push_variables();
  variables["GITHUB_REF"] = "refs/heads/" + std::string(5000, 'x');
  const auto facts = read_github_event(sys::Environment(variables), "{}");
  REQUIRE_FALSE(facts.has_value());
  CHECK(facts.error().kind == core::ErrorKind::facts);
  CHECK(facts.error().message.find("GITHUB_REF") != std::string::npos);
}

TEST_CASE("github facts: a GITHUB_SHA that is no commit id is refused by name") {
  auto variables = push_variables();
  variables["GITHUB_SHA"] = "HEAD; rm -rf /";
  const auto facts = read_github_event(sys::Environment(variables), "{}");
  REQUIRE_FALSE(facts.has_value());
  CHECK(facts.error().message.find("GITHUB_SHA") != std::string::npos);
}

TEST_CASE("github facts: the run's address is made of what the runner says") {
  auto variables = push_variables();
  variables["GITHUB_SERVER_URL"] = "https://github.example";
  variables["GITHUB_REPOSITORY"] = "acme/shop";
  variables["GITHUB_RUN_ID"] = "99";
  CHECK(read_github_event(sys::Environment(variables), "{}")->run_url ==
        "https://github.example/acme/shop/actions/runs/99");
  variables.erase("GITHUB_RUN_ID");
  CHECK(read_github_event(sys::Environment(variables), "{}")->run_url.empty());
}

TEST_CASE("github facts: cache modes without writes force read-only, others do not") {
  for (const std::string mode : {"read", "none", "write", "write-only", "", "READ"}) {
    CAPTURE(mode);
    Facts facts;
    facts.provider = Provider::github;
    limit_writes(facts, with_cache_mode(mode));
    CHECK(facts.forces_read_only == (mode == "read" || mode == "none"));
    CHECK(facts.read_only_reason.empty() != facts.forces_read_only);
  }
}

TEST_CASE("github facts: GitHub's cache mode says nothing about local runs") {
  Facts facts;
  limit_writes(facts, with_cache_mode("read"));
  CHECK_FALSE(facts.forces_read_only);
}

TEST_CASE("github facts: the first reason to write nothing is kept") {
  Facts facts;
  facts.provider = Provider::github;
  facts.forces_read_only = true;
  facts.read_only_reason = "first";
  facts.change = Change{};
  facts.change->fork = true;
  limit_writes(facts, with_cache_mode("none"));
  CHECK(facts.read_only_reason == "first");
}

}  // namespace
}  // namespace buildcache::ci
