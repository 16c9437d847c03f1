#include "plan/placeholders.hpp"

#include "core/image_ref.hpp"
#include "core/slug.hpp"
#include "world.hpp"

#include <doctest/doctest.h>

namespace buildcache::plan {

namespace {

std::string text_in(World world, const std::string& text) {
  const Filled filled =
      fill_text(text, placeholders_of(world.facts(), world.config.targets.front()));
  return filled.text ? *filled.text : filled.missing;
}

std::string reference_in(World world, const std::string& text) {
  const Filled filled =
      fill_reference(text, placeholders_of(world.facts(), world.config.targets.front()));
  return filled.text ? *filled.text : filled.missing;
}

}  // namespace

TEST_CASE("placeholders: a push fills commit, branch and target") {
  CHECK(text_in(push_to("main"), "{sha} {short-sha} {branch} {target}") ==
        commit('a') + " aaaaaaaaaaaa main api");
}

TEST_CASE("placeholders: a pull request fills its number and its own branch") {
  CHECK(text_in(pull_request(), "{pr} {branch}") == "17 feature");
}

TEST_CASE("placeholders: a tag build fills the tag") {
  World world;
  world.ci.event = ci::Event::tag;
  world.ci.tag = "v1.2.0";
  CHECK(text_in(world, "{tag}") == "v1.2.0");
  CHECK(text_in(world, "{branch}") == "{branch} has no value, as this run is for no branch");
}

TEST_CASE("placeholders: what has no value says which and why") {
  CHECK(text_in(push_to("main"), "a {pr}") ==
        "{pr} has no value, as this run is for no pull request");
  CHECK(text_in(push_to("main"), "{tag}") == "{tag} has no value, as this run is for no tag");
  World world = push_to("main");
  world.git.head.clear();
  world.ci.sha.clear();
  CHECK(text_in(world, "{short-sha}") == "{short-sha} has no value, as no commit is known");
}

TEST_CASE("placeholders: without a repository the platform's commit is used") {
  World world = push_to("main");
  world.git.head.clear();
  CHECK(text_in(world, "{sha}") == commit('a'));
}

TEST_CASE("placeholders: a merge queue builds no branch, so it never tags one") {
  World world;
  world.ci.event = ci::Event::merge_queue;
  world.ci.queue_base_branch = "main";
  CHECK(reference_in(world, "acme/api:{branch}") ==
        "{branch} has no value, as this run is for no branch");
}

TEST_CASE("placeholders: a fork's branch names no image, but may be a label") {
  CHECK(reference_in(fork_pull_request(), "acme/api:{branch}") ==
        "{branch} is a fork's branch, which must not name an image of this repository");
  CHECK(text_in(fork_pull_request(), "{branch}") == "feature");
}

TEST_CASE("placeholders: a branch names no image of code that is not its own") {
  World world = push_to("main");
  world.ci.event = ci::Event::other;
  world.git.head = commit('e');
  CHECK(reference_in(world, "acme/api:{branch}") ==
        "{branch} is not the branch of what is checked out");
}

TEST_CASE("placeholders: labels and arguments keep values as they are") {
  CHECK(text_in(push_to("feat/A b\"$(x)"), "{branch}") == "feat/A b\"$(x)");
}

TEST_CASE("placeholders: values are not looked at again") {
  CHECK(text_in(push_to("{sha}"), "{branch}") == "{sha}");
}

TEST_CASE("placeholders: a doubled brace is a brace") {
  CHECK(text_in(push_to("main"), "{{sha} {\"a\":{\"b\":1}}") == "{sha} {\"a\":{\"b\":1}}");
}

TEST_CASE("placeholders: a legal tag stays as it is, upper case included") {
  CHECK(reference_in(push_to("JIRA-12_x.y"), "acme/api:{branch}") == "acme/api:JIRA-12_x.y");
}

TEST_CASE("placeholders: a branch that is no legal tag becomes one with a hash") {
  CHECK(reference_in(push_to("feat/a"), "acme/api:{branch}") ==
        "acme/api:" + core::cut_slug("feat/a", 128));
}

TEST_CASE("placeholders: two branches never share a tag") {
  const std::string changed = reference_in(push_to("feat/a"), "acme/api:{branch}");
  CHECK(changed != reference_in(push_to("feat-a"), "acme/api:{branch}"));
  const std::string alike = changed.substr(changed.rfind(':') + 1);
  CHECK(changed != reference_in(push_to(alike), "acme/api:{branch}"));
}

TEST_CASE("placeholders: a long branch is cut so that the whole tag stays legal") {
  const std::string filled =
      reference_in(push_to(std::string(200, 'x')), "acme/api:{branch}-{target}-{sha}");
  const auto reference = core::parse_image_ref(filled);
  REQUIRE(reference.has_value());
  CHECK(reference->tag.size() <= 128);
  CHECK(reference->tag.ends_with("-api-" + commit('a')));
}

TEST_CASE("placeholders: a value that could not begin a tag is changed") {
  const std::string filled = reference_in(push_to(".hidden"), "acme/api:{branch}");
  CHECK(core::parse_image_ref(filled).has_value());
}

TEST_CASE("placeholders: before the tag a value becomes a path component") {
  CHECK(reference_in(push_to("main"), "localhost:5000/acme/{target}:{branch}") ==
        "localhost:5000/acme/api:main");
  const auto reference =
      core::parse_image_ref(reference_in(push_to("Feat/X"), "localhost:5000/acme/{branch}"));
  REQUIRE(reference.has_value());
  CHECK(reference->repository.path == "acme/" + core::slug("Feat/X", 64));
}

}  // namespace buildcache::plan
