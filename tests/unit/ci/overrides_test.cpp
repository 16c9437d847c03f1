#include "ci/overrides.hpp"

#include <doctest/doctest.h>

#include <string>

namespace buildcache::ci {
namespace {

const std::string kId(40, 'b');

Facts fork_change() {
  Facts facts;
  facts.provider = Provider::github;
  facts.event = Event::pull_request;
  Change& change = facts.change.emplace();
  change.number = "7";
  change.head_sha = std::string(40, 'a');
  change.head_branch = "patch";
  change.base_branch = "main";
  change.fork = true;
  return facts;
}

Facts applied(const Overrides& overrides, Facts facts = {}) {
  const auto done = apply(overrides, facts);
  REQUIRE_MESSAGE(done.has_value(), done.error().message);
  return facts;
}

std::string misuse(const Overrides& overrides, Facts facts = {}) {
  const auto done = apply(overrides, facts);
  REQUIRE_FALSE(done.has_value());
  CHECK(done.error().kind == core::ErrorKind::usage);
  return done.error().message + " " + done.error().hint;
}

TEST_CASE("overrides: none change nothing") {
  const Facts facts = applied({}, fork_change());
  CHECK(facts.event == Event::pull_request);
  CHECK(facts.change->number == "7");
  CHECK(facts.change->fork);
  CHECK_FALSE(facts.forces_read_only);
}

TEST_CASE("overrides: a change can be stated on a bare machine") {
  Overrides overrides;
  overrides.change = "17";
  overrides.branch = "feature";
  overrides.base_branch = "main";
  overrides.base_sha = "main~3";
  overrides.head_sha = kId;
  overrides.default_branch = "trunk";
  const Facts facts = applied(overrides);
  CHECK(facts.event == Event::pull_request);
  CHECK(facts.change->number == "17");
  CHECK(facts.change->head_branch == "feature");
  CHECK(facts.change->head_sha == kId);
  CHECK(facts.base_branch() == "main");
  CHECK(facts.given_base_sha == "main~3");
  CHECK(facts.default_branch == "trunk");
  CHECK(facts.branch.empty());
}

TEST_CASE("overrides: a push can be stated on a bare machine") {
  Overrides overrides;
  overrides.event = "push";
  overrides.branch = "main";
  overrides.head_sha = kId;
  overrides.ref_protected = true;
  const Facts facts = applied(overrides);
  CHECK(facts.event == Event::push);
  CHECK(facts.branch == "main");
  CHECK(facts.sha == kId);
  CHECK(facts.ref_protected);
}

TEST_CASE("overrides: a stated push may be of a tag or for a change") {
  Overrides tag;
  tag.event = "push";
  tag.tag = "refs/tags/v1";
  tag.branch = "v1";
  const Facts of_tag = applied(tag);
  CHECK(of_tag.event == Event::tag);
  CHECK(of_tag.tag == "v1");
  CHECK(of_tag.branch.empty());
  Overrides change;
  change.event = "push";
  change.change = "17";
  change.branch = "refs/heads/feat/x";
  change.base_branch = "refs/heads/main";
  const Facts of_change = applied(change);
  CHECK(of_change.event == Event::pull_request);
  CHECK(of_change.change->head_branch == "feat/x");
  CHECK(of_change.base_branch() == "main");
}

TEST_CASE("overrides: a tag makes the event a tag's, a branch makes it a push again") {
  Overrides tag;
  tag.tag = "v1";
  const Facts tagged = applied(tag);
  CHECK(tagged.event == Event::tag);
  CHECK(tagged.tag == "v1");
  Overrides branch;
  branch.branch = "main";
  const Facts pushed = applied(branch, tagged);
  CHECK(pushed.event == Event::push);
  CHECK(pushed.tag.empty());
  CHECK(pushed.branch == "main");
}

TEST_CASE("overrides: a base branch without a change is where the result is meant to go") {
  Overrides overrides;
  overrides.base_branch = "release";
  CHECK(applied(overrides).base_branch() == "release");
}

TEST_CASE("overrides: leaving a fork's change behind does not give back its rights") {
  Overrides overrides;
  overrides.event = "push";
  overrides.branch = "main";
  const Facts facts = applied(overrides, fork_change());
  CHECK_FALSE(facts.change.has_value());
  CHECK(facts.forces_read_only);
  overrides.fork = false;
  CHECK_FALSE(applied(overrides, fork_change()).forces_read_only);
}

TEST_CASE("overrides: fork can be stated and taken back") {
  Overrides overrides;
  overrides.fork = false;
  CHECK_FALSE(applied(overrides, fork_change()).change->fork);
  overrides.fork = true;
  const Facts facts = applied(overrides);
  CHECK(facts.forces_read_only);
  CHECK_FALSE(facts.read_only_reason.empty());
}

TEST_CASE("overrides: what the platform forces read-only is not taken back") {
  Facts facts = fork_change();
  facts.forces_read_only = true;
  facts.read_only_reason = "pull_request_target";
  Overrides overrides;
  overrides.fork = false;
  CHECK(applied(overrides, facts).forces_read_only);
}

TEST_CASE("overrides: an unknown event is refused, with the nearest one") {
  Overrides overrides;
  overrides.event = "pull_requst";
  CHECK(misuse(overrides).find("pull_request") != std::string::npos);
  overrides.event = "\n::error::";
  CHECK(misuse(overrides).find('\n') == std::string::npos);
}

TEST_CASE("overrides: a change's number is a number") {
  for (const std::string number : {"0", "-1", "x", "1.5", "017", "99999999999999999999"}) {
    CAPTURE(number);
    Overrides overrides;
    overrides.change = number;
    CHECK(misuse(overrides).find("--change") != std::string::npos);
  }
}

TEST_CASE("overrides: the head's id is a full one") {
  Overrides overrides;
  overrides.head_sha = "abc";
  CHECK(misuse(overrides).find("--head-sha") != std::string::npos);
}

TEST_CASE("overrides: an event without what it needs is refused") {
  for (const std::string event : {"pull_request", "merge_queue", "tag"}) {
    CAPTURE(event);
    Overrides overrides;
    overrides.event = event;
    CHECK(misuse(overrides).find("needs") != std::string::npos);
  }
  Overrides change;
  change.change = "1";
  CHECK(misuse(change).find("--base-branch") != std::string::npos);
}

TEST_CASE("overrides: contradicting and endless names are refused") {
  Overrides overrides;
  overrides.tag = "v1";
  overrides.change = "17";
  CHECK(misuse(overrides).find("excludes") != std::string::npos);
  overrides = {};
  overrides.branch = std::string(5000, 'x');
  CHECK(misuse(overrides).find("4096") != std::string::npos);
}

}  // namespace
}  // namespace buildcache::ci
