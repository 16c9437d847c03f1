// Whether files or folders differ between commits.
#pragma once

#include "git/repository.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace buildcache::git {

// Remembers what stood at the paths in each commit it was asked about. Not thread-safe.
class PathMemory {
 public:
  // Both outlive this object. The paths are as Repository::entry_id takes them.
  PathMemory(const Repository& repository, const std::vector<std::string>& paths)
      : repository_(repository), paths_(paths) {}

  // Returns whether any path differs; nullopt when the clone lacks a commit, or a tree on the way.
  std::optional<bool> has_changed(const std::string& one, const std::string& other);

 private:
  const std::optional<std::string>& entries_at(const std::string& commit);

  const Repository& repository_;
  const std::vector<std::string>& paths_;
  std::map<std::string, std::optional<std::string>> entries_;
};

}  // namespace buildcache::git
