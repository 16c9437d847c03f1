#include "mounts/excludes.hpp"

#include <fnmatch.h>

#include <algorithm>
#include <array>

namespace buildcache::mounts {

namespace {

// What cargo, npm, pip, git, curl, gcloud and the AWS tools write credentials to.
constexpr std::array<std::string_view, 7> kCredentials = {".netrc",
                                                          ".npmrc",
                                                          ".pypirc",
                                                          ".git-credentials",
                                                          "credentials",
                                                          "credentials.json",
                                                          "credentials.toml"};

}  // namespace

bool Excludes::matches(const std::string& path) const {
  if (path == kUnfinished) {
    return true;
  }
  const std::size_t slash = path.rfind('/');
  const std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
  if (std::ranges::find(kCredentials, name) != kCredentials.end()) {
    return true;
  }
  return std::ranges::any_of(patterns_, [&](const std::string& pattern) {
    const bool anywhere = pattern.find('/') == std::string::npos;
    const std::string& subject = anywhere ? name : path;
    const char* const from_root = pattern.c_str() + (pattern.starts_with('/') ? 1 : 0);
    return ::fnmatch(from_root, subject.c_str(), FNM_PATHNAME) == 0;
  });
}

}  // namespace buildcache::mounts
