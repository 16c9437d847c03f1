#include "ci/local_delivery.hpp"

#include "support/memory_files.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace buildcache::ci {
namespace {

TEST_CASE("local delivery: groups are headings and nothing else is printed or written") {
  support::MemoryFiles files;
  std::vector<std::string> lines;
  const auto delivery = make_delivery(
      Provider::local,
      files,
      sys::Environment({{"GITHUB_OUTPUT", "/output"}, {"GITHUB_STEP_SUMMARY", "/summary"}}),
      [&lines](std::string_view line) { lines.emplace_back(line); },
      {[] { return std::string("token"); }, [] { return std::int64_t{1}; }});
  delivery->mask("secret");
  delivery->begin_group("Build\x1B api");
  delivery->begin_foreign_output();
  delivery->annotate({core::Severity::warning, "x", "y", "z"});
  delivery->end_foreign_output();
  delivery->end_group();
  CHECK(delivery->write_outputs({{"a", "b"}}).has_value());
  CHECK(delivery->write_summary("text").has_value());
  REQUIRE(lines.size() == 1);
  CHECK(lines.front().find('\x1B') == std::string::npos);
  CHECK(files.files().empty());
}

TEST_CASE("delivery: GitHub's writes to the files its variables name") {
  support::MemoryFiles files;
  const auto delivery = make_delivery(
      Provider::github,
      files,
      sys::Environment({{"GITHUB_OUTPUT", "/output"}, {"GITHUB_STEP_SUMMARY", "/summary"}}),
      [](std::string_view) {},
      {[] { return std::string("token"); }, [] { return std::int64_t{1}; }});
  REQUIRE(delivery->write_outputs({{"a", "b"}}).has_value());
  REQUIRE(delivery->write_summary("text").has_value());
  CHECK(files.files() == std::vector<std::string>{"/output", "/summary"});
}

}  // namespace
}  // namespace buildcache::ci
