#include "git/path_memory.hpp"

#include <utility>

namespace buildcache::git {

std::optional<bool> PathMemory::has_changed(const std::string& one, const std::string& other) {
  const auto& before = entries_at(one);
  const auto& after = entries_at(other);
  return before && after ? std::optional(*before != *after) : std::nullopt;
}

const std::optional<std::string>& PathMemory::entries_at(const std::string& commit) {
  const auto known = entries_.find(commit);
  if (known != entries_.end()) {
    return known->second;
  }
  std::optional<std::string> all = std::string();
  for (const std::string& path : paths_) {
    const auto entry = all ? repository_.entry_id(commit, path) : std::nullopt;
    all = entry ? std::optional(*all + *entry + "\n") : std::nullopt;
  }
  return entries_.emplace(commit, std::move(all)).first->second;
}

}  // namespace buildcache::git
