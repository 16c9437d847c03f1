// What of a mount is never saved.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace buildcache::mounts {

// While a generation is being written into a mount this file stands in its root.
inline constexpr std::string_view kUnfinished = ".buildcache-restoring";

class Excludes {
 public:
  // `patterns` are shell patterns (fnmatch(3), `*` matches no slash): with a slash they match the
  // path from the mount's root, without one the name anywhere. Files that hold credentials by their
  // name are always left out: .netrc, .npmrc, .pypirc, .git-credentials, credentials,
  // credentials.json, credentials.toml.
  explicit Excludes(std::vector<std::string> patterns) : patterns_(std::move(patterns)) {}

  [[nodiscard]] bool matches(const std::string& path) const;

 private:
  std::vector<std::string> patterns_;
};

}  // namespace buildcache::mounts
