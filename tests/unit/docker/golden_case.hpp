// Golden cases: a folder with inputs and the expected text; UPDATE_GOLDEN=1 rewrites what is
// expected.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace buildcache::docker {

// Returns the folders below tests/golden/docker/<kind>, sorted.
std::vector<std::filesystem::path> golden_cases(const std::string& kind);

// Returns the content of a file, which must exist.
std::string read_text(const std::filesystem::path& file);

// Fails the running test unless `expected` in the case's folder says `actual`.
void check_golden(const std::filesystem::path& folder, const std::string& actual);

}  // namespace buildcache::docker
