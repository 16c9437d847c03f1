#include "report/tally.hpp"

#include <algorithm>
#include <map>

#include "core/text.hpp"
#include "store/spec.hpp"

namespace buildcache::report {

namespace {

using core::Notice;
using core::Severity;
using store::Verdict;

// What a verdict means and how it is mended; empty for verdicts nobody need mend.
std::string remedy_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::unauthorized:
      return "give username and password for this host under `registries`";
    case Verdict::forbidden:
      return "these credentials may not read the cache repository: grant pull access";
    case Verdict::unusable:
      return "delete that tag; the next build that may write publishes a new cache";
    case Verdict::refused:
      return "docs/trust.md tells which builds may read which caches";
    case Verdict::timed_out:
    case Verdict::unreachable:
      return "check that the registry is up and reachable from here; cache.timeout.probe sets the "
             "patience";
    default:
      return {};
  }
}

// One notice per verdict and reason, however many candidates share it.
void add_verdicts(std::vector<Notice>& notices, const plan::TargetPlan& target) {
  std::map<std::pair<Verdict, std::string>, std::vector<const plan::ProbedCandidate*>> groups;
  for (const plan::ProbedCandidate& probed : target.candidates) {
    if (!remedy_of(probed.answer.verdict).empty()) {
      groups[{probed.answer.verdict, probed.answer.reason}].push_back(&probed);
    }
  }
  for (const auto& [key, members] : groups) {
    std::string message = "cache " + store::display(members.front()->candidate.ref);
    if (members.size() > 1) {
      message += " and " + std::to_string(members.size() - 1) + " more";
    }
    message += " not used: " + std::string(store::word_of(key.first));
    message += key.second.empty() ? "" : ", " + key.second;
    const bool expected = key.first == Verdict::refused;
    notices.push_back({expected ? Severity::notice : Severity::warning,
                       std::move(message),
                       remedy_of(key.first),
                       target.name});
  }
}

void add_result(std::vector<Notice>& notices, const TargetResult& target) {
  for (const Rerun& rerun : target.reruns) {
    notices.push_back({Severity::warning,
                       "built again without " + rerun.without + ": " + rerun.why,
                       "the cache was broken or vanished while it was imported; a build that may "
                       "write replaces it",
                       target.name});
  }
  for (const docker::ImportOutcome& import : target.product.imports) {
    if (!import.ok) {
      notices.push_back({Severity::warning,
                         "cache " + import.ref + " could not be imported: " + import.error,
                         "",
                         target.name});
    }
  }
  if (target.export_failed) {
    notices.push_back({Severity::warning,
                       "the cache was not exported: " + target.export_note,
                       "the next build starts from older caches; the image is not affected",
                       target.name});
  }
  for (const Publication& publication : target.publications) {
    if (!publication.error.empty()) {
      notices.push_back({Severity::warning,
                         "cache not published as " + publication.ref + ": " + publication.error,
                         "",
                         target.name});
    }
  }
}

}  // namespace

Tally tally_of(const RunResult& result) {
  Tally tally;
  for (const TargetResult& target : result.targets) {
    ++tally.targets;
    tally.built += target.status == Status::built ? 1 : 0;
    tally.cancelled += target.status == Status::cancelled ? 1 : 0;
    tally.cached_steps += target.product.cached_steps();
    tally.total_steps += target.product.total_steps();
  }
  return tally;
}

std::string steps_words(const TargetResult& target) {
  return std::to_string(target.product.cached_steps()) + " of " +
         std::to_string(target.product.total_steps()) + " steps cached";
}

std::string source_words(const plan::TargetPlan& planned, const TargetResult& target) {
  if (!target.reruns.empty()) {
    return "built again without " + target.reruns.back().without;
  }
  if (planned.chosen.empty()) {
    return planned.build.no_cache ? "no cache wanted" : "no cache found";
  }
  const plan::ProbedCandidate& first = planned.candidates[planned.chosen.front()];
  std::string words = "cache of " + first.candidate.why;
  if (planned.chosen.size() > 1) {
    words += " and " + std::to_string(planned.chosen.size() - 1) + " more";
  }
  return words;
}

std::string publication_words(const TargetResult& target) {
  std::string scopes;
  for (const Publication& publication : target.publications) {
    if (publication.error.empty()) {
      scopes += (scopes.empty() ? "" : ", ") + publication.scope;
    }
  }
  return scopes.empty() ? "cache not published" : "cache published as " + scopes;
}

std::vector<core::Notice> all_notices(const plan::Plan& plan, const RunResult& result) {
  std::vector<core::Notice> notices = plan.notices;
  notices.insert(notices.end(), result.notices.begin(), result.notices.end());
  for (const plan::TargetPlan& target : plan.targets) {
    add_verdicts(notices, target);
  }
  for (const TargetResult& target : result.targets) {
    add_result(notices, target);
  }
  return notices;
}

}  // namespace buildcache::report
