#include "report/plan_report.hpp"
#include "report/run_report.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <string>

namespace buildcache::report {
namespace {

using Json = nlohmann::json;

std::string content_of(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

std::filesystem::path documentation() {
  return std::filesystem::path(BUILDCACHE_GOLDEN_DIR).parent_path().parent_path() / "docs";
}

// The first cells of all tables of a page that are code: "| `a.b` | …".
std::set<std::string> names_in_tables(const std::string& page) {
  std::set<std::string> names;
  std::istringstream lines(content_of(documentation() / page));
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("| `")) {
      names.insert(line.substr(3, line.find('`', 3) - 3));
    }
  }
  return names;
}

// "targets[].name" for every key there is; what several documents have is united.
void collect(const Json& value, const std::string& at, std::set<std::string>& paths) {
  if (value.is_array()) {
    for (const Json& item : value) {
      collect(item, at + "[]", paths);
    }
  }
  if (!value.is_object()) {
    return;
  }
  for (const auto& [key, item] : value.items()) {
    std::string path = at;
    path.append(at.empty() ? "" : ".").append(key);
    paths.insert(item.is_array() ? path + "[]" : path);
    collect(item, path, paths);
  }
}

}  // namespace

TEST_CASE("docs: plan-json.md names every key of the document and no other") {
  std::set<std::string> paths;
  const auto cases = std::filesystem::path(BUILDCACHE_GOLDEN_DIR) / "report";
  for (const auto& entry : std::filesystem::directory_iterator(cases)) {
    collect(Json::parse(content_of(entry.path() / "plan.json")), "", paths);
  }
  CHECK(names_in_tables("plan-json.md") == paths);
}

TEST_CASE("docs: outputs.md names every output and no other") {
  std::set<std::string> names;
  for (const auto& [name, value] : outputs({}, {})) {
    names.insert(name);
  }
  CHECK(names_in_tables("outputs.md") == names);
}

}  // namespace buildcache::report
