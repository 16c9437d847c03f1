#include "commands/probe.hpp"

#include "store/spec.hpp"

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <utility>

namespace buildcache::commands {

namespace {

// One question to a store and where its answer belongs.
struct Question {
  store::CacheRef ref;
  store::Answer* answer;
};

enum class Depth { survey, inspect };

std::string key_of(const store::CacheRef& ref) {
  return store::display(ref) + "@" + (ref.digest ? ref.digest->str() : "");
}

class Asker {
 public:
  Asker(store::Store& store, const Seams& seams, std::chrono::milliseconds budget)
      : store_(store), seams_(seams), end_(seams.clock.steady() + budget) {}

  // What is read and written alike is asked for once.
  void ask(const std::vector<Question>& questions, Depth depth) {
    std::vector<store::CacheRef> refs;
    std::vector<std::size_t> places;
    std::map<std::string, std::size_t> known;
    for (const Question& question : questions) {
      const auto [place, fresh] = known.try_emplace(key_of(question.ref), refs.size());
      if (fresh) {
        refs.push_back(question.ref);
      }
      places.push_back(place->second);
    }
    const auto stop = seams_.interruption.token();
    const auto answers = depth == Depth::survey ? store_.survey(refs, remaining(), stop)
                                                : store_.inspect(refs, remaining(), stop);
    for (std::size_t i = 0; i < questions.size(); ++i) {
      if (places[i] < answers.size()) {
        *questions[i].answer = answers[places[i]];
      }
      // Also when the store says nothing: what was inspected once is not asked again.
      questions[i].answer->inspected = depth == Depth::inspect;
    }
  }

 private:
  [[nodiscard]] std::chrono::milliseconds remaining() const {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(end_ - seams_.clock.steady());
    return std::max(left, std::chrono::milliseconds(1));
  }

  store::Store& store_;
  const Seams& seams_;
  std::chrono::steady_clock::time_point end_;
};

std::vector<Question> survey_questions(std::vector<plan::TargetFacts>& targets) {
  std::vector<Question> questions;
  for (plan::TargetFacts& target : targets) {
    for (std::size_t i = 0; i < target.candidates.size(); ++i) {
      if (!target.candidates[i].refused) {
        questions.push_back({target.candidates[i].ref, &target.answers[i]});
      }
    }
    for (std::size_t i = 0; i < target.writes.size(); ++i) {
      questions.push_back({target.writes[i].ref, &target.write_answers[i]});
    }
  }
  return questions;
}

// The survey's digest pins what is inspected.
Question pinned(store::CacheRef ref, store::Answer& answer) {
  ref.digest = answer.digest;
  return {std::move(ref), &answer};
}

std::vector<Question> inspect_questions(std::vector<plan::TargetFacts>& targets,
                                        const Prepared& prepared,
                                        bool first_round) {
  std::vector<Question> questions;
  for (plan::TargetFacts& target : targets) {
    for (const std::size_t i :
         plan::to_inspect(target, prepared.trust, prepared.config.cache.max_sources)) {
      questions.push_back(pinned(target.candidates[i].ref, target.answers[i]));
    }
    for (std::size_t i = 0; first_round && i < target.writes.size(); ++i) {
      if (target.write_answers[i].verdict == store::Verdict::found) {
        questions.push_back(pinned(target.writes[i].ref, target.write_answers[i]));
      }
    }
  }
  return questions;
}

}  // namespace

std::vector<plan::TargetFacts> without_probing(const Prepared& prepared,
                                               const std::vector<std::string>& targets) {
  const plan::Facts facts{prepared.config,
                          prepared.git,
                          prepared.ci,
                          prepared.location,
                          prepared.trust,
                          prepared.no_store};
  std::vector<plan::TargetFacts> result;
  for (const std::string& name : targets) {
    const auto target = std::ranges::find(prepared.config.targets, name, &config::Target::name);
    for (const std::string& platform : plan::cached_platforms(prepared.config, *target)) {
      plan::TargetFacts one;
      one.name = name;
      one.platform = platform;
      one.commit = plan::built_commit(prepared.git);
      one.candidates = plan::candidates(facts, *target, platform);
      one.answers.resize(one.candidates.size());
      one.writes = plan::writes(facts, *target, platform);
      one.write_answers.resize(one.writes.size());
      result.push_back(std::move(one));
    }
  }
  return result;
}

std::vector<plan::TargetFacts> probe(store::Store& store,
                                     const Seams& seams,
                                     const Prepared& prepared,
                                     const std::vector<std::string>& targets) {
  std::vector<plan::TargetFacts> result = without_probing(prepared, targets);
  if (prepared.no_store) {
    return result;
  }
  Asker asker(store, seams, prepared.config.cache.timeout.probe);
  asker.ask(survey_questions(result), Depth::survey);
  // Each round settles at least one candidate of a target, or ends.
  for (bool first_round = true;; first_round = false) {
    const auto questions = inspect_questions(result, prepared, first_round);
    if (questions.empty()) {
      return result;
    }
    asker.ask(questions, Depth::inspect);
  }
}

}  // namespace buildcache::commands
