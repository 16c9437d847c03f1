// What builds of the past would have found under one fallback list. Plain data.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace buildcache::plan {

// Where the cache that was found first stood to the build.
enum class Finding {
  own,       // of the build's own commit, of the change's head, or of the change itself
  ancestor,  // of a commit before HEAD, or before the tree base or fork point
  tree_base,
  fork_point,
  branch_tip,  // the latest of the branch being built
  base_tip,    // the latest of the base or default branch
  nothing
};
constexpr std::size_t kFindings = 7;

struct FallbackTally {
  std::string name;                             // "configured", "latest only", …
  std::array<std::size_t, kFindings> builds{};  // by Finding
  // For each build that found a cache made on its own first-parent line: how many commits lie
  // between the two; ascending. Of a change the line is the tree base's.
  std::vector<std::size_t> distances;
  // Of the builds that found a cache, when paths were asked about: those whose paths are as they
  // were when the cache was made, those whose are not, and those of which nobody can tell.
  std::size_t unchanged = 0;
  std::size_t changed = 0;
  std::size_t untold = 0;

  [[nodiscard]] std::size_t of(Finding finding) const {
    return builds[static_cast<std::size_t>(finding)];
  }
};

struct Replayed {
  std::string branch;  // whose history it was
  std::size_t pushes = 0;
  std::size_t changes = 0;
  std::vector<std::string> paths;  // asked about; may be empty
  std::vector<FallbackTally> lists;
};

}  // namespace buildcache::plan
