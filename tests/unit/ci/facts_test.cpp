#include "ci/facts.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>

namespace buildcache::ci {
namespace {

TEST_CASE("ci facts: every event has a word of its own") {
  std::set<std::string_view> words;
  for (const Event event : {Event::push,
                            Event::tag,
                            Event::pull_request,
                            Event::merge_queue,
                            Event::release,
                            Event::schedule,
                            Event::manual,
                            Event::local,
                            Event::other}) {
    words.insert(word_of(event));
  }
  CHECK(words.size() == 9);
  CHECK(word_of(Provider::github) == "github");
  CHECK(word_of(Provider::local) == "local");
}

TEST_CASE("ci facts: the base branch is the change's, else the queue's") {
  Facts facts;
  CHECK(facts.base_branch().empty());
  facts.queue_base_branch = "main";
  CHECK(facts.base_branch() == "main");
  facts.change = Change{};
  facts.change->base_branch = "release";
  CHECK(facts.base_branch() == "release");
}

}  // namespace
}  // namespace buildcache::ci
