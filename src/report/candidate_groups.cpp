#include "report/candidate_groups.hpp"

namespace buildcache::report {

namespace {

constexpr std::size_t kLeastShared = 3;

bool is_dull(const plan::ProbedCandidate& probed) {
  const store::Verdict verdict = probed.answer.verdict;
  return !probed.chosen && probed.candidate.of_history &&
         (verdict == store::Verdict::absent || verdict == store::Verdict::skipped);
}

bool are_alike(const plan::ProbedCandidate& a, const plan::ProbedCandidate& b) {
  return a.candidate.rule == b.candidate.rule && a.answer.verdict == b.answer.verdict;
}

}  // namespace

std::vector<CandidateGroup> candidate_groups(const std::vector<plan::ProbedCandidate>& candidates) {
  std::vector<CandidateGroup> groups;
  for (std::size_t first = 0; first < candidates.size();) {
    std::size_t end = first;
    while (end < candidates.size() && is_dull(candidates[end]) &&
           are_alike(candidates[first], candidates[end])) {
      ++end;
    }
    const std::size_t count = end - first < kLeastShared ? 1 : end - first;
    groups.push_back({first, count});
    first += count;
  }
  return groups;
}

std::string answer_words(const plan::ProbedCandidate& candidate) {
  std::string words = candidate.answer.reason;
  if (!candidate.passed_over.empty()) {
    words += (words.empty() ? "" : "; ") + candidate.passed_over;
  }
  return words;
}

std::string candidate_words(const plan::ProbedCandidate& candidate) {
  const std::string answer = answer_words(candidate);
  return answer.empty() ? candidate.candidate.why : candidate.candidate.why + ": " + answer;
}

}  // namespace buildcache::report
