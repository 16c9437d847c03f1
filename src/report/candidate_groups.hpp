// A target's candidates as rows worth reading.
#pragma once

#include "plan/plan.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace buildcache::report {

// Candidates next to each other that share one row.
struct CandidateGroup {
  std::size_t first = 0;
  std::size_t count = 1;
};

// Returns every candidate once, in order: three or more of one walk that are alike and not there
// (absent, or not asked for) share a row.
std::vector<CandidateGroup> candidate_groups(const std::vector<plan::ProbedCandidate>& candidates);

// Returns why the candidate was proposed, what the store said about it and why it was passed over:
// "HEAD 1a2b3c4d5e6f: further back than ...". Not escaped.
std::string candidate_words(const plan::ProbedCandidate& candidate);

// The same without why it was proposed; may be empty.
std::string answer_words(const plan::ProbedCandidate& candidate);

}  // namespace buildcache::report
