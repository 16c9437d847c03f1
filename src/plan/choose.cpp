#include "plan/choose.hpp"

#include "plan/shown.hpp"
#include "store/spec.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

namespace buildcache::plan {

namespace {

using store::Verdict;

constexpr std::string_view kDirtyMark = "-dirty";

// A manifest is what its digest says, under whichever tag it was read.
const store::Answer* inspected_twin(const std::vector<store::Answer>& answers,
                                    const store::Answer& answer) {
  const auto twin = std::ranges::find_if(answers, [&answer](const store::Answer& other) {
    const bool settled = other.verdict == Verdict::found || other.verdict == Verdict::unusable;
    return other.inspected && settled && other.digest && other.digest == answer.digest;
  });
  return twin == answers.end() ? nullptr : &*twin;
}

std::string writer_words(const store::Stamp& stamp) {
  std::string words = "written by a " + shown(stamp.trust) + " build";
  return stamp.ref_name.empty() ? words : words + " of " + shown(stamp.ref_name);
}

store::Answer refused_answer(std::string reason) {
  store::Answer answer;
  answer.verdict = Verdict::refused;
  answer.reason = std::move(reason);
  return answer;
}

store::Answer judged(const TargetFacts& target, const Trust& trust, std::size_t index) {
  const Candidate& candidate = target.candidates[index];
  if (candidate.refused) {
    return refused_answer(candidate.refused_why);
  }
  if (index >= target.answers.size()) {
    return {};
  }
  store::Answer answer = target.answers[index];
  if (answer.verdict == Verdict::found && !answer.inspected) {
    if (const store::Answer* twin = inspected_twin(target.answers, answer)) {
      answer = *twin;
    }
  }
  if (answer.verdict == Verdict::found && is_stamped(answer) &&
      refuses(trust.level, answer.stamp->trust)) {
    answer.verdict = Verdict::refused;
    answer.reason = writer_words(*answer.stamp) + ", which " +
                    std::string(config::word_of(trust.level)) + " builds do not read";
  }
  return answer;
}

bool is_same_commit(const store::Answer& one, const store::Answer& other) {
  return is_stamped(one) && is_stamped(other) && !one.stamp->revision.empty() &&
         !one.stamp->revision.ends_with(kDirtyMark) && one.stamp->revision == other.stamp->revision;
}

bool is_of_built_commit(const TargetFacts& target,
                        const std::vector<store::Answer>& answers,
                        std::size_t index) {
  const store::Answer& answer = answers[index];
  return !target.commit.empty() && target.candidates[index].scope && is_stamped(answer) &&
         answer.stamp->revision == target.commit;
}

// Says how `index` is no other cache than `chosen`; empty when it is one.
std::string same_cache_as(const TargetFacts& target,
                          const std::vector<store::Answer>& answers,
                          std::size_t index,
                          std::size_t chosen) {
  const Candidate& candidate = target.candidates[index];
  const Candidate& better = target.candidates[chosen];
  const std::string name = store::display(better.ref);
  if (answers[index].digest && answers[index].digest == answers[chosen].digest) {
    return "the same cache as " + name;
  }
  // Of a literal reference nobody knows what it is a cache of.
  const bool comparable = candidate.scope && better.scope;
  return comparable && is_same_commit(answers[index], answers[chosen])
             ? "of the same commit as " + name
             : std::string();
}

// Decides about one candidate after the other, in fallback order.
class Chooser {
 public:
  Chooser(const TargetFacts& target, int max_sources, Uninspected uninspected, Choice& choice)
      : target_(target),
        max_sources_(static_cast<std::size_t>(std::max(max_sources, 0))),
        uninspected_(uninspected),
        choice_(choice) {}

  void decide(std::size_t index) {
    const store::Answer& answer = choice_.answers[index];
    if (answer.verdict != Verdict::found && answer.verdict != Verdict::unknown) {
      return;
    }
    const bool of_history = target_.candidates[index].of_history;
    std::string why = superfluous_why(index);
    const bool adds_something = why.empty();
    if (adds_something) {
      why = impossible_why(answer);
    }
    const bool chosen = why.empty();
    if (chosen) {
      choice_.chosen.push_back(index);
    }
    if (of_history && !nearest_ && (chosen || !adds_something)) {
      nearest_ = index;
    }
    choice_.passed_over[index] = std::move(why);
  }

 private:
  [[nodiscard]] std::string superfluous_why(std::size_t index) const {
    for (const std::size_t chosen : choice_.chosen) {
      std::string why = same_cache_as(target_, choice_.answers, index, chosen);
      if (!why.empty()) {
        return why;
      }
      if (is_of_built_commit(target_, choice_.answers, chosen)) {
        return store::display(target_.candidates[chosen].ref) + " is of this very commit";
      }
    }
    return nearest_ && target_.candidates[index].of_history
               ? "further back than " + store::display(target_.candidates[*nearest_].ref)
               : std::string();
  }

  [[nodiscard]] std::string impossible_why(const store::Answer& answer) const {
    if (choice_.chosen.size() >= max_sources_) {
      return "max-sources is " + std::to_string(max_sources_);
    }
    const bool unread = answer.verdict == Verdict::found && !answer.inspected;
    return unread && uninspected_ == Uninspected::must_not_be_chosen
               ? "it was not read in time to know whether it can be imported"
               : std::string();
  }

  const TargetFacts& target_;
  std::size_t max_sources_;
  Uninspected uninspected_;
  Choice& choice_;
  std::optional<std::size_t>
      nearest_;  // of HEAD and its ancestors: chosen, or the same as a chosen
};

}  // namespace

Choice choose(const TargetFacts& target,
              const Trust& trust,
              int max_sources,
              Uninspected uninspected) {
  Choice choice;
  choice.passed_over.resize(target.candidates.size());
  for (std::size_t i = 0; i < target.candidates.size(); ++i) {
    choice.answers.push_back(judged(target, trust, i));
  }
  Chooser chooser(target, max_sources, uninspected, choice);
  for (std::size_t i = 0; i < target.candidates.size(); ++i) {
    chooser.decide(i);
  }
  return choice;
}

bool is_stamped(const store::Answer& answer) {
  return answer.stamp.has_value() && !answer.stamp->trust.empty();
}

std::vector<std::size_t> to_inspect(const TargetFacts& target,
                                    const Trust& trust,
                                    int max_sources) {
  const Choice choice = choose(target, trust, max_sources, Uninspected::may_be_chosen);
  std::vector<std::size_t> open;
  std::ranges::copy_if(choice.chosen, std::back_inserter(open), [&choice](std::size_t index) {
    const store::Answer& answer = choice.answers[index];
    return answer.verdict == Verdict::found && !answer.inspected;
  });
  return open;
}

}  // namespace buildcache::plan
