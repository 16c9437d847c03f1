// Folders of tests/golden/ci/<platform>: env and, on GitHub, event.json in, expected.json out.
// UPDATE_GOLDEN=1 rewrites the expectations.
#include "ci/read_facts.hpp"
#include "support/memory_files.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace buildcache::ci {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::map<std::string, std::string> read_variables(const fs::path& path) {
  std::map<std::string, std::string> variables;
  std::istringstream lines(read_file(path));
  for (std::string line; std::getline(lines, line);) {
    const std::size_t equals = line.find('=');
    REQUIRE(equals != std::string::npos);
    variables[line.substr(0, equals)] = line.substr(equals + 1);
  }
  return variables;
}

Json json_of(const Change& change) {
  return {{"number", change.number},
          {"head_sha", change.head_sha},
          {"head_branch", change.head_branch},
          {"base_branch", change.base_branch},
          {"stated_base_sha", change.stated_base_sha},
          {"stated_fork_point", change.stated_fork_point},
          {"fetched_as", change.fetched_as},
          {"fork", change.fork}};
}

Json json_of(const core::Result<Facts>& facts) {
  if (!facts) {
    return {{"error", facts.error().message}, {"kind", core::name_of(facts.error().kind)}};
  }
  Json json = {{"event", word_of(facts->event)},
               {"event_name", facts->event_name},
               {"repository", facts->repository},
               {"sha", facts->sha},
               {"branch", facts->branch},
               {"tag", facts->tag},
               {"default_branch", facts->default_branch},
               {"change", nullptr},
               {"queue_base_branch", facts->queue_base_branch},
               {"queue_base_sha", facts->queue_base_sha},
               {"ref_protected", facts->ref_protected},
               {"read_only", facts->read_only_reason},
               {"run_url", facts->run_url}};
  if (facts->change) {
    json["change"] = json_of(*facts->change);
  }
  CHECK(facts->forces_read_only == !facts->read_only_reason.empty());
  return json;
}

core::Result<Facts> facts_of(const fs::path& folder) {
  const sys::Environment environment(read_variables(folder / "env"));
  if (fs::exists(folder / "event.json")) {
    return read_github_facts(environment, read_file(folder / "event.json"));
  }
  support::MemoryFiles files;
  return read_facts(files, environment, {});
}

void check_folder(const fs::path& folder, Provider provider) {
  CAPTURE(folder.filename().string());
  const auto facts = facts_of(folder);
  if (facts) {
    CHECK(facts->provider == provider);
  }
  const Json actual = json_of(facts);
  if (std::getenv("UPDATE_GOLDEN") != nullptr) {  // NOLINT(concurrency-mt-unsafe)
    std::ofstream(folder / "expected.json") << actual.dump(2) << '\n';
  }
  const Json expected = Json::parse(read_file(folder / "expected.json"), nullptr, false);
  CHECK(actual.dump(2) == expected.dump(2));
}

void check_folders_of(Provider provider) {
  const fs::path all = fs::path(BUILDCACHE_GOLDEN_DIR) / "ci" / word_of(provider);
  std::vector<fs::path> cases;
  for (const auto& entry : fs::directory_iterator(all)) {
    cases.push_back(entry.path());
  }
  std::sort(cases.begin(), cases.end());
  REQUIRE(cases.size() >= 15);
  for (const fs::path& folder : cases) {
    check_folder(folder, provider);
  }
}

TEST_CASE("golden: GitHub's events give the expected facts") {
  check_folders_of(Provider::github);
}

TEST_CASE("golden: GitLab's pipelines give the expected facts") {
  check_folders_of(Provider::gitlab);
}

TEST_CASE("golden: Jenkins' builds give the expected facts") {
  check_folders_of(Provider::jenkins);
}

}  // namespace
}  // namespace buildcache::ci
