#include "ci/read_facts.hpp"

#include "support/memory_files.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>

namespace buildcache::ci {
namespace {

std::map<std::string, std::string> github_push() {
  return {{"GITHUB_ACTIONS", "true"},
          {"GITHUB_EVENT_NAME", "push"},
          {"GITHUB_EVENT_PATH", "/event.json"},
          {"GITHUB_REF", "refs/heads/feature"},
          {"GITHUB_SHA", std::string(40, 'a')}};
}

sys::Environment ci_set_to(const std::string& value) {
  return sys::Environment(std::map<std::string, std::string>{{"CI", value}});
}

TEST_CASE("read facts: without a known platform the run is local and knows nothing") {
  support::MemoryFiles files;
  const auto facts = read_facts(files, sys::Environment(), {});
  REQUIRE(facts.has_value());
  CHECK(facts->provider == Provider::local);
  CHECK(facts->event == Event::local);
  CHECK(facts->event_name == "local");
  CHECK(facts->sha.empty());
  CHECK(facts->branch.empty());
  CHECK_FALSE(facts->forces_read_only);
}

TEST_CASE("read facts: a platform that is not known reads caches and writes none until told more") {
  support::MemoryFiles files;
  for (const char* ci : {"true", "1", "drone"}) {
    CAPTURE(ci);
    const auto facts = read_facts(files, ci_set_to(ci), {});
    REQUIRE(facts.has_value());
    CHECK(facts->forces_read_only);
    REQUIRE(facts->notices.size() == 1);
    CHECK(facts->notices.front().remedy.find("--event") != std::string::npos);
  }
  for (const char* event : {"push", "local"}) {
    Overrides overrides;
    overrides.event = event;
    overrides.branch = "main";
    CHECK_FALSE(read_facts(files, ci_set_to("true"), overrides)->forces_read_only);
  }
  for (const char* ci : {"", "false", "0"}) {
    CHECK_FALSE(read_facts(files, ci_set_to(ci), {})->forces_read_only);
  }
}

TEST_CASE("read facts: GITHUB_ACTIONS must be true, not just set") {
  support::MemoryFiles files;
  auto variables = github_push();
  variables["GITHUB_ACTIONS"] = "false";
  CHECK(read_facts(files, sys::Environment(variables), {})->provider == Provider::local);
}

TEST_CASE("read facts: on GitHub the payload is read from the file the runner names") {
  support::MemoryFiles files;
  files.add("/event.json", R"({"repository": {"default_branch": "trunk"}})");
  const auto facts = read_facts(files, sys::Environment(github_push()), {});
  REQUIRE(facts.has_value());
  CHECK(facts->provider == Provider::github);
  CHECK(facts->default_branch == "trunk");
  CHECK(facts->branch == "feature");
  CHECK(facts->notices.empty());
}

TEST_CASE("read facts: a payload that is named and not readable is an error") {
  support::MemoryFiles files;
  const auto missing = read_facts(files, sys::Environment(github_push()), {});
  REQUIRE_FALSE(missing.has_value());
  CHECK(missing.error().kind == core::ErrorKind::facts);
  CHECK(missing.error().message.find("GITHUB_EVENT_PATH") != std::string::npos);
  files.add("/event.json", "");
  CHECK_FALSE(read_facts(files, sys::Environment(github_push()), {}).has_value());
}

TEST_CASE("read facts: a push survives without a payload, a pull request does not") {
  support::MemoryFiles files;
  auto variables = github_push();
  variables.erase("GITHUB_EVENT_PATH");
  const auto push = read_facts(files, sys::Environment(variables), {});
  REQUIRE(push.has_value());
  CHECK(push->notices.size() == 1);
  variables["GITHUB_EVENT_NAME"] = "pull_request";
  const auto change = read_facts(files, sys::Environment(variables), {});
  REQUIRE_FALSE(change.has_value());
  CHECK(change.error().message.find("pull_request.number") != std::string::npos);
}

TEST_CASE("read facts: Gitea and Forgejo are treated as GitHub, with a notice") {
  support::MemoryFiles files;
  files.add("/event.json", "{}");
  auto variables = github_push();
  variables["GITEA_ACTIONS"] = "true";
  const auto facts = read_facts(files, sys::Environment(variables), {});
  REQUIRE(facts.has_value());
  CHECK(facts->provider == Provider::github);
  CHECK(facts->notices.size() == 1);
}

TEST_CASE("read facts: a flag that takes back a fork also takes back its limit, but no other") {
  support::MemoryFiles files;
  files.add("/event.json", R"({"pull_request": {"number": 3,
    "head": {"ref": "patch", "sha": null, "repo": null},
    "base": {"ref": "main", "repo": {"full_name": "acme/shop"}}}})");
  auto variables = github_push();
  variables["GITHUB_EVENT_NAME"] = "pull_request";
  CHECK(read_facts(files, sys::Environment(variables), {})->forces_read_only);
  Overrides overrides;
  overrides.fork = false;
  CHECK_FALSE(read_facts(files, sys::Environment(variables), overrides)->forces_read_only);
  variables["ACTIONS_CACHE_MODE"] = "read";
  CHECK(read_facts(files, sys::Environment(variables), overrides)->forces_read_only);
}

}  // namespace
}  // namespace buildcache::ci
