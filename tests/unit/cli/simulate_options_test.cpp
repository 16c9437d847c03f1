#include "cli/options.hpp"

#include <doctest/doctest.h>

#include <string>

namespace buildcache::cli {

TEST_CASE("simulate options: 200 commits of the branch the clone knows, unless told") {
  const auto plain = read_simulate_options({});
  REQUIRE(plain.has_value());
  CHECK(plain->last == 200);
  CHECK(plain->common.directory == ".");
  CHECK(plain->common.overrides.default_branch.empty());
  const auto told = read_simulate_options(
      {"-C", "shop", "-f", "ci.yml", "--last", "100000", "--default-branch=trunk"});
  REQUIRE(told.has_value());
  CHECK(told->last == 100'000);
  CHECK(told->common.directory == "shop");
  CHECK(told->common.file == "ci.yml");
  CHECK(told->common.overrides.default_branch == "trunk");
}

TEST_CASE("simulate options: --last takes a bounded number and nothing else") {
  for (const std::string word :
       {"0", "=-1", "100001", "99999999999999999999999", "5x", "ten", "1.5"}) {
    CAPTURE(word);
    const auto options = word.front() == '=' ? read_simulate_options({"--last" + word})
                                             : read_simulate_options({"--last", word});
    REQUIRE_FALSE(options.has_value());
    CHECK(options.error().kind == core::ErrorKind::usage);
    CHECK(options.error().message.find("--last takes a number from 1") == 0);
  }
}

TEST_CASE("simulate options: lists keep their commas, paths are as a tree has them") {
  const auto options = read_simulate_options(
      {"--fallback=branch,base", "--fallback", "pr", "--path", "./services/api/", "--path=a,b"});
  REQUIRE(options.has_value());
  CHECK(options->fallbacks == std::vector<std::string>{"branch,base", "pr"});
  CHECK(options->paths == std::vector<std::string>{"services/api", "a,b"});
  for (const char* path : {"", ".", "./", "/", "/etc", "..", "../x", "a/../b", "a/..", "a//b"}) {
    CAPTURE(path);
    const auto refused = read_simulate_options({"--path", path});
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().kind == core::ErrorKind::usage);
  }
}

TEST_CASE("simulate options: the runs of a file stand in the history's place") {
  CHECK(read_simulate_options({"--from=runs.jsonl"})->from == "runs.jsonl");
  CHECK(read_simulate_options({"--from=runs.jsonl", "--last=3"}).error().message ==
        "--from and --last exclude each other");
}

}  // namespace buildcache::cli
