// Reading and, with UPDATE_GOLDEN=1, rewriting what tests expect.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace buildcache::config {

inline std::filesystem::path repository_root() {
  return std::filesystem::path(BUILDCACHE_GOLDEN_DIR).parent_path().parent_path();
}

inline std::string content_of(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

inline bool is_updating() {
  const char* wish = std::getenv("UPDATE_GOLDEN");  // NOLINT(concurrency-mt-unsafe): one thread
  return wish != nullptr && std::string(wish) == "1";
}

// Returns what the file expects; when updating, writes `actual` first.
inline std::string expected(const std::filesystem::path& path, const std::string& actual) {
  if (is_updating()) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << actual;
  }
  return content_of(path);
}

}  // namespace buildcache::config
