#include "ci/gitlab_delivery.hpp"

#include "hostile_texts.hpp"

#include <doctest/doctest.h>

#include <regex>
#include <string>
#include <vector>

namespace buildcache::ci {
namespace {

// The server's own pattern (gitlab-org/gitlab, lib/gitlab/regex.rb).
const std::regex& section_pattern() {
  static const std::regex kPattern("section_(start|end):([0-9]+):([a-zA-Z0-9_.-]+)(\\[.*\\])?\r");
  return kPattern;
}

struct Job {
  std::vector<std::string> lines;
  GitlabDelivery delivery{[this](std::string_view line) { lines.emplace_back(line); },
                          [] { return std::int64_t{1764180451}; }};
};

TEST_CASE("gitlab delivery: a group is a section with a title") {
  Job job;
  job.delivery.begin_group("Plan");
  job.delivery.end_group();
  CHECK(job.lines ==
        std::vector<std::string>{"\x1B[0Ksection_start:1764180451:buildcache_plan_1\r\x1B[0KPlan",
                                 "\x1B[0Ksection_end:1764180451:buildcache_plan_1\r\x1B[0K"});
}

TEST_CASE("gitlab delivery: sections of one title have different names") {
  Job job;
  job.delivery.begin_group("Build");
  job.delivery.end_group();
  job.delivery.begin_group("Build");
  job.delivery.end_group();
  REQUIRE(job.lines.size() == 4);
  CHECK(job.lines[2].find("buildcache_build_2") != std::string::npos);
  CHECK(job.lines[3].find("buildcache_build_2") != std::string::npos);
}

TEST_CASE("gitlab delivery: whatever a title holds, one section begins and ends") {
  for (const std::string& text : test::hostile_texts()) {
    CAPTURE(text);
    Job job;
    job.delivery.begin_group(text);
    job.delivery.end_group();
    job.delivery.end_group();
    REQUIRE(job.lines.size() == 2);
    for (const std::string& line : job.lines) {
      CHECK(line.find('\n') == std::string::npos);
      const std::sregex_iterator found(line.begin(), line.end(), section_pattern());
      CHECK(std::distance(found, std::sregex_iterator()) == 1);
    }
  }
}

TEST_CASE("gitlab delivery: nothing else reaches the log") {
  Job job;
  job.delivery.mask("secret");
  job.delivery.annotate({core::Severity::warning, "secret", "", ""});
  job.delivery.begin_foreign_output();
  job.delivery.end_foreign_output();
  CHECK(job.delivery.write_outputs({{"a", "b"}}).has_value());
  CHECK(job.delivery.write_summary("text").has_value());
  CHECK(job.lines.empty());
}

}  // namespace
}  // namespace buildcache::ci
