// Tree base and fork point from what the clone and the CI event know (DESIGN: tree base and fork
// point). Pure but for the commits it reads.
#pragma once

#include "git/facts.hpp"
#include "git/graph.hpp"

#include <optional>
#include <string>
#include <vector>

namespace buildcache::git {

// What is known before the graph is asked. Commits are full ids; empty: not known.
struct Situation {
  std::string head;
  std::vector<std::string> parents;  // of head, from its raw object
  bool is_change = false;            // change request or merge queue; else a push
  std::string change_head;           // as the platform states it
  std::string base_tip;           // the clone's tip of the base branch (push: the default branch)
  std::string given_tree_base;    // stated by a person or a merge queue: beats the graph
  std::string given_source;       // the step that gave it
  std::string stated_base;        // stated by the platform, maybe stale: a last resort
  std::string stated_fork_point;  // stated by the platform: where the graph cannot tell
  // What an answer of the graph is called: which commits it was read from.
  std::string graph_source = step::kLocalGraph;
  std::vector<Meeting> meetings;  // told by somebody, where the graph cannot tell
  int commit_budget = 100'000;
};

struct Bases {
  std::optional<BasePoint> tree_base;   // without walk
  std::optional<BasePoint> fork_point;  // without walk
  std::string change_head;  // tip of the change's own branch when head is a test merge of it
  bool is_certain = false;  // the graph itself said where head left its base, or that it has none
};

// Returns what could be found. The parents of a test merge are told apart by the change's head or
// by which of them the base branch contains, never by their order.
Bases find_bases(CommitSource& commits, const Situation& situation);

// Fills both walks: at most `lookback` commits in all, each once. The tree base's walk comes first;
// when the fork point lies beyond it, a quarter of `lookback` is kept for the fork point's.
void fill_walks(CommitSource& commits, Bases& bases, int lookback);

}  // namespace buildcache::git
