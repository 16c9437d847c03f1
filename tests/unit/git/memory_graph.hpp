// A commit graph in memory. Commits are named by letters; times grow in the order of adding.
#pragma once

#include "git/graph.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace buildcache::git::test {

class MemoryGraph : public CommitSource {
 public:
  // Adds a commit; its parents need not be there.
  MemoryGraph& add(const std::string& id, std::vector<std::string> parents = {}) {
    commits_[id] = CommitNode{std::move(parents), ++time_};
    return *this;
  }

  void set_time(const std::string& id, std::int64_t time) { commits_.at(id).time = time; }

  std::optional<CommitNode> read(const std::string& id) override {
    ++reads;
    const auto found = commits_.find(id);
    return found == commits_.end() ? std::nullopt : std::optional(found->second);
  }

  int reads = 0;

 private:
  std::map<std::string, CommitNode> commits_;
  std::int64_t time_ = 0;
};

}  // namespace buildcache::git::test
