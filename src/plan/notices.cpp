#include "plan/notices.hpp"

#include "plan/choose.hpp"
#include "plan/shown.hpp"
#include "store/spec.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace buildcache::plan {

namespace {

using store::Verdict;

struct Trouble {
  Verdict verdict;
  std::string_view what;
  std::string_view remedy;
};

constexpr std::array<Trouble, 4> kTroubles{
    {{Verdict::unauthorized,
      "could not be asked for: the store wants other credentials (401)",
      "log in to it, or name username and password under `registries`; docs/stores.md says what "
      "other stores need"},
     {Verdict::forbidden,
      "could not be asked for: the store denies access (403)",
      "give the account, or the job's token, permission to read there"},
     {Verdict::timed_out,
      "did not answer in time",
      "see whether the store is reachable, or raise `cache.timeout.probe`"},
     {Verdict::unreachable, "could not be reached", "see whether the store is up"}}};

struct Count {
  int failed = 0;
  std::string reason;  // of the first
};

// By place, so that a failing literal reference is not lost among ours.
std::map<std::string, Count> counts_of(const std::vector<TargetPlan>& targets, Verdict verdict) {
  std::map<std::string, Count> counts;
  for (const TargetPlan& target : targets) {
    for (const ProbedCandidate& probed : target.candidates) {
      if (probed.answer.verdict != verdict) {
        continue;
      }
      Count& count = counts[store::place_of(probed.candidate.ref.location)];
      count.reason = count.failed == 0 ? probed.answer.reason : count.reason;
      ++count.failed;
    }
  }
  return counts;
}

void note_trouble(const std::vector<TargetPlan>& targets,
                  const Trouble& trouble,
                  std::vector<core::Notice>& notices) {
  for (const auto& [place, count] : counts_of(targets, trouble.verdict)) {
    std::string message = std::to_string(count.failed) +
                          (count.failed == 1 ? " cache in " : " caches in ") + shown(place) + " " +
                          std::string(trouble.what);
    if (!count.reason.empty()) {
      message += "; first answer: " + core::printable(count.reason);
    }
    notices.push_back(
        {core::Severity::warning, std::move(message), std::string(trouble.remedy), ""});
  }
}

void note_unread(const TargetPlan& target, std::vector<core::Notice>& notices) {
  for (const ProbedCandidate& probed : target.candidates) {
    const bool unusable = probed.answer.verdict == Verdict::unusable;
    if (!unusable && (probed.answer.verdict != Verdict::refused || probed.candidate.refused)) {
      continue;
    }
    notices.push_back(
        {unusable ? core::Severity::warning : core::Severity::notice,
         shown(store::display(probed.candidate.ref)) +
             (unusable ? " exists but cannot be imported: " : " exists but is not read: ") +
             core::printable(probed.answer.reason),
         unusable ? "a build that may write replaces it; delete that tag if none does"
                  : "docs/trust.md tells which builds may read which caches",
         target.name});
  }
}

}  // namespace

std::vector<core::Notice> notices_of_answers(const std::vector<TargetPlan>& targets) {
  std::vector<core::Notice> notices;
  for (const Trouble& trouble : kTroubles) {
    note_trouble(targets, trouble, notices);
  }
  for (const TargetPlan& target : targets) {
    note_unread(target, notices);
  }
  return notices;
}

std::vector<core::Notice> notices_of_unstamped(const TargetPlan& target, const Trust& trust) {
  if (!refuses_lower(trust.level)) {
    return {};
  }
  std::string names;
  for (const std::size_t index : target.chosen) {
    const ProbedCandidate& probed = target.candidates[index];
    if (!is_stamped(probed.answer)) {
      names += (names.empty() ? "" : ", ") + store::display(probed.candidate.ref);
    }
  }
  if (names.empty()) {
    return {};
  }
  return {{core::Severity::notice,
           "nobody knows what kind of build wrote " + core::printable(names) +
               ": no stamp of ours is on it",
           "let only builds you trust write there",
           target.name}};
}

std::vector<core::Notice> notices_of_facts(const Facts& facts,
                                           const docker::Capabilities& capabilities) {
  std::vector<core::Notice> notices;
  // A change request is trusted as one, whatever the default branch is.
  const bool matters = facts.ci.event != ci::Event::local && !facts.ci.change;
  if (matters && default_branch_of(facts.git, facts.ci).empty()) {
    notices.push_back({core::Severity::warning,
                       "the default branch is unknown, so no build is trusted as one of it",
                       "name it with --default-branch",
                       ""});
  }
  if (capabilities.assumed) {
    notices.push_back({core::Severity::notice,
                       "no engine was asked; the plan assumes the oldest one supported",
                       "",
                       ""});
  }
  return notices;
}

}  // namespace buildcache::plan
