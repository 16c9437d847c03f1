#include "git/past_builds.hpp"

#include "git/bases.hpp"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <utility>

namespace buildcache::git {
namespace {

// Walks of neighbours overlap almost wholly, and each object read is inflated.
class RememberedCommits final : public CommitSource {
 public:
  explicit RememberedCommits(CommitSource& source) : source_(source) {}

  std::optional<CommitNode> read(const std::string& id) override {
    const auto known = commits_.find(id);
    return known != commits_.end() ? known->second
                                   : commits_.emplace(id, source_.read(id)).first->second;
  }

 private:
  CommitSource& source_;
  std::unordered_map<std::string, std::optional<CommitNode>> commits_;
};

PastBuild push_of(CommitSource& commits, const std::string& commit, int lookback) {
  PastBuild build;
  build.facts.head = commit;
  build.facts.head_walk =
      first_parent_walk(commits, commit, static_cast<std::size_t>(std::max(lookback, 0)) + 1);
  build.facts.head_walk.erase(build.facts.head_walk.begin());
  return build;
}

PastBuild change_of(CommitSource& commits,
                    const std::vector<std::string>& parents,
                    const PastBuildsRequest& request) {
  Bases bases;
  bases.change_head = parents[1];
  bases.tree_base = BasePoint{parents[0], step::kLocalGraph, {}};
  const auto forks = merge_bases(commits, parents[0], parents[1], request.commit_budget);
  if (forks && !forks->empty()) {
    bases.fork_point = BasePoint{forks->front(), step::kLocalGraph, {}};
  }
  fill_walks(commits, bases, request.lookback);
  PastBuild build;
  build.is_change = true;
  build.facts.change_head = std::move(bases.change_head);
  build.facts.tree_base = std::move(bases.tree_base);
  build.facts.fork_point = std::move(bases.fork_point);
  return build;
}

}  // namespace

PastBuilds past_builds(CommitSource& source, const PastBuildsRequest& request) {
  RememberedCommits commits(source);
  std::vector<std::string> line = first_parent_walk(commits, request.tip, request.commits);
  std::reverse(line.begin(), line.end());
  PastBuilds past;
  for (const std::string& commit : line) {
    const std::optional<CommitNode> node = commits.read(commit);
    if (!node) {
      ++past.without_history;
      continue;
    }
    if (node->parents.size() > 1) {
      past.builds.push_back(change_of(commits, node->parents, request));
      past.builds.back().tree_of = commit;
      past.unknown_forks += past.builds.back().facts.fork_point ? 0 : 1;
    }
    past.builds.push_back(push_of(commits, commit, request.lookback));
    past.builds.back().tree_of = commit;
  }
  return past;
}

std::vector<std::optional<PastBuild>> listed_builds(CommitSource& source,
                                                    const std::vector<ListedBuild>& listed,
                                                    const PastBuildsRequest& request) {
  RememberedCommits commits(source);
  std::vector<std::optional<PastBuild>> builds;
  for (const ListedBuild& one : listed) {
    const bool is_change = !one.base.empty();
    if (!commits.read(one.commit) || (is_change && !commits.read(one.base))) {
      builds.emplace_back();
    } else if (is_change) {
      builds.emplace_back(change_of(commits, {one.base, one.commit}, request));
    } else {
      builds.emplace_back(push_of(commits, one.commit, request.lookback));
      builds.back()->tree_of = one.commit;
    }
  }
  return builds;
}

}  // namespace buildcache::git
