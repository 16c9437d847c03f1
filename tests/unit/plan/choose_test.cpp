#include "plan/choose.hpp"

#include "world.hpp"

#include <doctest/doctest.h>

namespace buildcache::plan {

using store::Verdict;
using Indices = std::vector<std::size_t>;

namespace {

// Of a push to main: 0 commit a (HEAD), 1 branch main, 2 commit b, 3 commit c.
struct Question {
  World world;
  TargetFacts target;

  explicit Question(World the_world, std::vector<store::Answer> answers)
      : world(std::move(the_world)) {
    target.name = "api";
    target.candidates = world.candidates_of_api();
    target.answers = std::move(answers);
    target.answers.resize(target.candidates.size(), absent());
  }

  [[nodiscard]] Choice choice(int most = 3) const {
    return choose(target, world.trust, most, Uninspected::must_not_be_chosen);
  }
  [[nodiscard]] Indices inspect(int most = 3) const {
    return to_inspect(target, world.trust, most);
  }
};

store::Answer only_found(const std::string& name) {
  store::Answer answer = found(name);
  answer.inspected = false;
  return answer;
}

store::Answer unusable(const std::string& name) {
  store::Answer answer = found(name);
  answer.verdict = Verdict::unusable;
  answer.reason = "config is 1.3 MiB";
  return answer;
}

store::Answer unknown() {
  store::Answer answer;
  answer.verdict = Verdict::unknown;
  return answer;
}

}  // namespace

TEST_CASE("choose: nothing is chosen of what is absent") {
  CHECK(Question(push_to("main"), {}).choice().chosen.empty());
}

TEST_CASE("choose: the first found in fallback order comes first") {
  const Question question(push_to("main"), {absent(), found("x"), found("y")});
  CHECK(question.choice().chosen == Indices{1, 2});
}

TEST_CASE("choose: of HEAD and its ancestors only the nearest found is taken") {
  const Question question(push_to("main"), {absent(), absent(), found("x"), found("y")});
  CHECK(question.choice().chosen == Indices{2});
  CHECK(question.choice().passed_over[3] ==
        "further back than ghcr.io/acme/cache:api--c-" + commit('b'));
}

TEST_CASE("choose: the same manifest under a second tag adds nothing") {
  const Question question(push_to("main"), {found("x"), found("x")});
  CHECK(question.choice().chosen == Indices{0});
  CHECK(question.choice().passed_over[1] ==
        "the same cache as ghcr.io/acme/cache:api--c-" + commit('a'));
}

TEST_CASE("choose: an ancestor that is the same cache as a chosen one stands for all before it") {
  const Question question(push_to("main"), {absent(), found("x"), found("x"), found("y")});
  CHECK(question.choice().chosen == Indices{1});
  CHECK(question.choice().passed_over[3] ==
        "further back than ghcr.io/acme/cache:api--c-" + commit('b'));
}

TEST_CASE("choose: another cache of the same commit adds nothing") {
  const Question question(
      push_to("main"),
      {found("x", "protected", commit('a')), found("y", "merge-queue", commit('a'))});
  CHECK(question.choice().chosen == Indices{0});
  CHECK(question.choice().passed_over[1].starts_with("of the same commit as"));
}

TEST_CASE("choose: caches of one dirty commit may differ and both count") {
  const Question question(push_to("feature"),
                          {absent(),
                           found("x", "branch", commit('a') + "-dirty"),
                           absent(),
                           absent(),
                           found("y", "branch", commit('a') + "-dirty")});
  CHECK(question.choice().chosen == Indices{1, 4});
}

TEST_CASE("choose: nothing is added to a cache of the very commit that is built") {
  Question question(
      push_to("feature"),
      {absent(), found("x", "branch", commit('a')), found("y"), absent(), found("z")});
  CHECK(question.choice().chosen == Indices{1, 2, 4});  // a dirty tree is no commit
  question.target.commit = commit('a');
  CHECK(question.choice().chosen == Indices{1});
  CHECK(question.choice().passed_over[2].ends_with("--b-feature is of this very commit"));
  question.target.commit = commit('b');
  CHECK(question.choice().chosen == Indices{1, 2, 4});
}

TEST_CASE("choose: what stands before a cache of the built commit is still taken") {
  Question question(
      push_to("feature"),
      {absent(), found("x"), found("y", "branch", commit('a')), absent(), found("z")});
  question.target.commit = commit('a');
  CHECK(question.choice().chosen == Indices{1, 2});
}

TEST_CASE("choose: not more than max-sources are taken") {
  const Question question(push_to("feature"),
                          {absent(), found("x"), found("y"), absent(), found("z")});
  CHECK(question.choice(3).chosen == Indices{1, 2, 4});
  CHECK(question.choice(2).chosen == Indices{1, 2});
  CHECK(question.choice(2).passed_over[4] == "max-sources is 2");
  CHECK(question.choice(0).chosen.empty());
}

TEST_CASE("choose: what was never inspected is not chosen, and the next takes its place") {
  const Question question(push_to("main"), {only_found("x"), found("y")});
  CHECK(question.choice().chosen == Indices{1});
  CHECK(question.choice().passed_over[0].starts_with("it was not read in time"));
}

TEST_CASE("choose: what the store cannot be asked for may be passed on") {
  const Question question(push_to("main"), {unknown()});
  CHECK(question.choice().chosen == Indices{0});
  CHECK(question.inspect().empty());
}

TEST_CASE("choose: a lower stamp is refused at a trusted level, and the reason names the writer") {
  const Question question(push_to("main"), {absent(), found("x", "branch", commit('e'))});
  const Choice choice = question.choice();
  CHECK(choice.chosen.empty());
  CHECK(choice.answers[1].verdict == Verdict::refused);
  CHECK(choice.answers[1].reason ==
        "written by a branch build of main, which protected builds do not read");
}

TEST_CASE("choose: an unknown word on a stamp counts as lower") {
  const Question question(push_to("main"), {absent(), found("x", "superuser", commit('e'))});
  CHECK(question.choice().answers[1].verdict == Verdict::refused);
}

TEST_CASE("choose: an unstamped cache is accepted at a trusted level") {
  const Question question(push_to("main"), {absent(), found("x")});
  CHECK(question.choice().chosen == Indices{1});
}

TEST_CASE("choose: a branch build reads what a pull request wrote") {
  const Question question(push_to("feature"), {absent(), found("x", "pull-request", commit('e'))});
  CHECK(question.choice().chosen == Indices{1});
}

TEST_CASE("choose: a candidate refused before probing keeps its reason and is not chosen") {
  Question question(push_to("main"), {found("x")});
  question.target.candidates[0].refused = true;
  question.target.candidates[0].refused_why = "because";
  const Choice choice = question.choice();
  CHECK(choice.chosen.empty());
  CHECK(choice.answers[0].verdict == Verdict::refused);
  CHECK(choice.answers[0].reason == "because");
}

TEST_CASE("choose: candidates nobody answered for are skipped") {
  Question question(push_to("main"), {});
  question.target.answers.clear();
  CHECK(question.choice().answers[0].verdict == Verdict::skipped);
}

TEST_CASE("inspect: only the likely winners are read") {
  const Question question(push_to("main"),
                          {only_found("x"), only_found("x"), only_found("y"), only_found("z")});
  CHECK(question.inspect() == Indices{0});
}

TEST_CASE("inspect: when a winner proves unusable the next in line is read") {
  const Question question(push_to("main"), {unusable("x"), only_found("y"), only_found("z")});
  CHECK(question.inspect() == Indices{1, 2});
}

TEST_CASE("inspect: an unusable manifest is not read again under another tag") {
  const Question question(push_to("main"), {unusable("x"), only_found("x"), absent()});
  CHECK(question.inspect().empty());
  CHECK(question.choice().answers[1].verdict == Verdict::unusable);
}

TEST_CASE("inspect: the choice is settled when all winners are read") {
  const Question question(push_to("main"), {found("x"), found("y"), only_found("z")});
  CHECK(question.inspect().empty());
}

}  // namespace buildcache::plan
