// Folders of tests/golden/ci/github: env and event.json in, expected.json out. UPDATE_GOLDEN=1
// rewrites the expectations.
#include "ci/read_facts.hpp"

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
  CHECK(facts->provider == Provider::github);
  return json;
}

TEST_CASE("golden: GitHub's events give the expected facts") {
  std::vector<fs::path> cases;
  for (const auto& entry : fs::directory_iterator(fs::path(BUILDCACHE_GOLDEN_DIR) / "ci/github")) {
    cases.push_back(entry.path());
  }
  std::sort(cases.begin(), cases.end());
  REQUIRE(cases.size() >= 20);
  for (const fs::path& folder : cases) {
    CAPTURE(folder.filename().string());
    const Json actual = json_of(read_github_facts(sys::Environment(read_variables(folder / "env")),
                                                  read_file(folder / "event.json")));
    if (std::getenv("UPDATE_GOLDEN") != nullptr) {  // NOLINT(concurrency-mt-unsafe)
      std::ofstream(folder / "expected.json") << actual.dump(2) << '\n';
    }
    const Json expected = Json::parse(read_file(folder / "expected.json"), nullptr, false);
    CHECK(actual.dump(2) == expected.dump(2));
  }
}

}  // namespace
}  // namespace buildcache::ci
