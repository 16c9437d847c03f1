// More of the commit graph than the clone holds, from wherever it can be had.
#pragma once

#include "core/result.hpp"
#include "git/facts.hpp"
#include "git/graph.hpp"

#include <string>
#include <vector>

namespace buildcache::git {

// What is missing.
struct HistoryWish {
  std::string root;                  // of the clone
  std::vector<std::string> commits;  // full ids; the history behind each is wanted
  std::string branch;                // besides these the tip of this branch; empty: none
  int depth = 0;                     // commits behind each tip, itself counted
  std::string base = {};             // the one of the commits that is the base; empty: the branch's
};

struct MoreCommits {
  CommitSource* commits = nullptr;     // belongs to the MoreHistory; valid until its next call
  std::string branch_tip;              // commit of the branch asked for; empty when it is not there
  std::vector<Meeting> meetings = {};  // told besides, where the commits do not show it
  const char* source = step::kFetchedHistory;  // the step that this is
  std::string passed_over = {};                // why places asked before could not give it
  bool has_deeper = true;                      // a greater depth may give more
};

// Not thread-safe.
class MoreHistory {
 public:
  MoreHistory() = default;
  MoreHistory(const MoreHistory&) = delete;  // used by reference
  MoreHistory& operator=(const MoreHistory&) = delete;
  virtual ~MoreHistory() = default;

  // Returns what could be had; commits may still be missing. The clone stays as it is.
  // Errors (each a reason for people, never the end of a run): not_found (no remote, no git, or the
  // remote lacks what is asked for), forbidden (git refuses the clone), unavailable, timed_out,
  // bad_response (a server that would send files too), cancelled, internal.
  virtual core::Result<MoreCommits> more(const HistoryWish& wish) = 0;
};

}  // namespace buildcache::git
