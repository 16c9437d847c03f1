#include "cli/options.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace buildcache::cli {
namespace {

using Words = std::vector<std::string>;

std::string message_of(const Words& words) {
  const auto options = read_run_options(words);
  REQUIRE_FALSE(options.has_value());
  CHECK(options.error().kind == core::ErrorKind::usage);
  return options.error().message;
}

}  // namespace

TEST_CASE("options: an output file and its format") {
  const auto plain = read_run_options({"--output-file", "b.env"});
  REQUIRE(plain.has_value());
  CHECK(plain->output.path == "b.env");
  CHECK_FALSE(plain->output.format.has_value());
  const auto both = read_run_options({"--output-file=b", "--output-format=properties"});
  REQUIRE(both.has_value());
  CHECK(both->output.format == ci::OutputFormat::properties);
  CHECK_FALSE(read_run_options({"--output-file=b", "--output-format=yaml"}).has_value());
  const auto summaries = read_run_options({"--summary-file=a.html,b.md", "--summary-file", "c.md"});
  REQUIRE(summaries.has_value());
  CHECK(summaries->summary_files == std::vector<std::string>{"a.html", "b.md", "c.md"});
  CHECK_FALSE(read_run_options({"--output-format=json"}).has_value());
}

TEST_CASE("options: without any, everything is as the configuration and CI say") {
  const auto run = read_run_options({});
  REQUIRE(run.has_value());
  CHECK(run->common.directory == ".");
  CHECK(run->common.file.empty());
  CHECK(run->common.wishes.targets.empty());
  CHECK(run->common.wishes.push);
  CHECK_FALSE(run->common.wishes.no_cache);
  CHECK(run->common.wishes.cache_export);
  CHECK_FALSE(run->common.overrides.fork.has_value());
  CHECK(run->common.colour == commands::ColourWish::automatic);
  CHECK_FALSE(run->dry_run);
}

TEST_CASE("options: every flag of run arrives") {
  const auto run = read_run_options({"-n",
                                     "--no-push",
                                     "--no-cache",
                                     "--no-cache-export",
                                     "-v",
                                     "-C",
                                     "/work dir",
                                     "-f",
                                     "x.yml",
                                     "--color",
                                     "never"});
  REQUIRE(run.has_value());
  CHECK(run->dry_run);
  CHECK_FALSE(run->common.wishes.push);
  CHECK(run->common.wishes.no_cache);
  CHECK_FALSE(run->common.wishes.cache_export);
  CHECK(run->common.verbosity == commands::Verbosity::verbose);
  CHECK(run->common.directory == "/work dir");
  CHECK(run->common.file == "x.yml");
  CHECK(run->common.colour == commands::ColourWish::never);
}

TEST_CASE("options: every override arrives") {
  const auto run = read_run_options({"--event=push",
                                     "--branch",
                                     "feat/a",
                                     "--base-branch=main",
                                     "--base-sha=1",
                                     "--head-sha=2",
                                     "--tag=v1",
                                     "--default-branch=trunk",
                                     "--change=17",
                                     "--fork=True",
                                     "--protected",
                                     "false"});
  REQUIRE(run.has_value());
  const ci::Overrides& overrides = run->common.overrides;
  CHECK(overrides.event == "push");
  CHECK(overrides.branch == "feat/a");
  CHECK(overrides.base_branch == "main");
  CHECK(overrides.base_sha == "1");
  CHECK(overrides.head_sha == "2");
  CHECK(overrides.tag == "v1");
  CHECK(overrides.default_branch == "trunk");
  CHECK(overrides.change == "17");
  CHECK(overrides.fork == true);
  CHECK(overrides.ref_protected == false);
}

TEST_CASE("options: targets are repeated or separated by commas") {
  const auto run = read_run_options({"-t", "a", "--target=b,c", "-td"});
  REQUIRE(run.has_value());
  CHECK(run->common.wishes.targets == Words{"a", "b", "c", "d"});
  CHECK(message_of({"--target=,"}) == "--target names no target");
  CHECK(message_of({"--target=a,,b"}) == "--target names no target");
}

TEST_CASE("options: of a repeated option the last one counts") {
  const auto run = read_run_options({"--branch=a", "--branch=b", "--no-push", "--no-push"});
  REQUIRE(run.has_value());
  CHECK(run->common.overrides.branch == "b");
  CHECK_FALSE(run->common.wishes.push);
}

TEST_CASE("options: a value keeps commas, quotes and spaces") {
  const auto run = read_run_options({"--branch", "a,b \"c\" 'd' $e"});
  REQUIRE(run.has_value());
  CHECK(run->common.overrides.branch == "a,b \"c\" 'd' $e");
}

TEST_CASE("options: words of a closed set are checked") {
  CHECK(message_of({"--color=blue"}) == "--color takes auto, always or never, not blue");
  CHECK(message_of({"--fork=yes"}) == "--fork takes true or false, not yes");
  CHECK(message_of({"--protected=1"}) == "--protected takes true or false, not 1");
  CHECK(read_plan_options({"--format=xml"}).error().message ==
        "--format takes text, json or args, not xml");
}

TEST_CASE("options: arguments nobody asked for are refused") {
  CHECK(message_of({"api"}) == "unexpected argument api");
  CHECK(message_of({"--", "--no-push"}) == "unexpected argument --no-push");
  CHECK(read_no_options("schema", {"x"}).error().kind == core::ErrorKind::usage);
  CHECK(read_no_options("schema", {}).has_value());
}

TEST_CASE("options: an option of another command is unknown") {
  CHECK(message_of({"--format=json"}) == "unknown option --format");
  CHECK(read_plan_options({"--dry-run"}).error().kind == core::ErrorKind::usage);
}

TEST_CASE("options: a value with a newline is refused or kept, never cut") {
  const auto run = read_run_options({"--branch=a\nb"});
  CHECK((!run.has_value() || run->common.overrides.branch == "a\nb"));
}

TEST_CASE("options: plan has formats and can ask nobody") {
  const auto plan = read_plan_options({"--format", "json", "--offline"});
  REQUIRE(plan.has_value());
  CHECK(plan->format == commands::PlanFormat::json);
  CHECK_FALSE(plan->probe);
  CHECK(read_plan_options({})->probe);
}

TEST_CASE("options: plan explains to people") {
  CHECK(read_plan_options({"--explain"})->format == commands::PlanFormat::explained);
  CHECK(read_plan_options({"--explain", "--format=text"})->format ==
        commands::PlanFormat::explained);
  const auto both = read_plan_options({"--explain", "--format=json"});
  REQUIRE_FALSE(both.has_value());
  CHECK(both.error().message.find("leave --format out") != std::string::npos);
}

TEST_CASE("options: validate takes one file, by place or by name") {
  CHECK(read_validate_options({})->file.empty());
  CHECK(read_validate_options({"x.yml"})->file == "x.yml");
  CHECK(read_validate_options({"--file=x.yml"})->file == "x.yml");
  CHECK(read_validate_options({"--", "-x.yml"})->file == "-x.yml");
  CHECK_FALSE(read_validate_options({"x.yml", "y.yml"}).has_value());
}

}  // namespace buildcache::cli
