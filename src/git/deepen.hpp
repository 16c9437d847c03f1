// Bases from what the clone holds and, where that is too short, from more history.
#pragma once

#include "git/bases.hpp"
#include "git/facts.hpp"
#include "git/more_history.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace buildcache::git {

// The clone's commits and, behind them, those that were had besides.
class LayeredCommits final : public CommitSource {
 public:
  explicit LayeredCommits(CommitSource& clone) : clone_(clone) {}

  void set_more(CommitSource* more) { more_ = more; }
  std::optional<CommitNode> read(const std::string& id) override;

 private:
  CommitSource& clone_;
  CommitSource* more_ = nullptr;
};

struct Deepening {
  LayeredCommits& commits;
  MoreHistory* more = nullptr;  // nullptr: the clone alone
  std::string root;             // of the clone
  bool shallow = false;         // the clone's history is cut off
  int lookback = 50;
};

// Returns the bases with their walks. Asks for more history, deeper each time, while the graph does
// not tell where head left its base; once, when it only ends before `lookback` commits; never, when
// the clone has all there is. `asked` is set when more was asked for. `base_branch` is the branch
// whose tip is wanted when situation.base_tip is empty; may be empty.
Bases find_deep_bases(const Deepening& deepening,
                      Situation situation,
                      const std::string& base_branch,
                      std::optional<MoreAsked>& asked);

// Returns `head`'s first-parent ancestors without itself, asking for more history when the clone
// ends before `lookback` of them.
std::vector<std::string> deep_walk(const Deepening& deepening,
                                   const std::string& head,
                                   std::optional<MoreAsked>& asked);

}  // namespace buildcache::git
