#include "golden_case.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace buildcache::docker {

std::vector<std::filesystem::path> golden_cases(const std::string& kind) {
  const std::filesystem::path root = std::filesystem::path(BUILDCACHE_GOLDEN_DIR) / "docker" / kind;
  std::vector<std::filesystem::path> folders;
  for (const auto& entry : std::filesystem::directory_iterator(root)) {
    if (entry.is_directory()) {
      folders.push_back(entry.path());
    }
  }
  std::ranges::sort(folders);
  return folders;
}

std::string read_text(const std::filesystem::path& file) {
  const std::ifstream stream(file, std::ios::binary);
  REQUIRE_MESSAGE(stream.is_open(), file.string());
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

void check_golden(const std::filesystem::path& folder, const std::string& actual) {
  const auto file = folder / "expected";
  if (std::getenv("UPDATE_GOLDEN") != nullptr) {  // NOLINT(concurrency-mt-unsafe)
    std::ofstream(file, std::ios::binary) << actual;
  }
  CHECK_MESSAGE(read_text(file) == actual, folder.filename().string());
}

}  // namespace buildcache::docker
