#include "cli/words.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace buildcache::cli {
namespace {

using Words = std::vector<std::string>;

const std::vector<KnownOption> kKnown = {{"target", "t", true},
                                         {"tag", "", true, true},
                                         {"no-push", "", false},
                                         {"dry-run", "n", false},
                                         {"verbose", "v", false}};

Words plain(const Words& words) {
  auto result = normalised(kKnown, words, "run");
  REQUIRE(result.has_value());
  return *result;
}

core::Error problem(const Words& words) {
  const auto result = normalised(kKnown, words, "run");
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().kind == core::ErrorKind::usage);
  return result.error();
}

}  // namespace

TEST_CASE("words: every way to write an option becomes the same one") {
  for (const Words& words :
       {Words{"--target", "api"}, {"--target=api"}, {"-t", "api"}, {"-tapi"}}) {
    CHECK(plain(words) == Words{"--target=api"});
  }
  CHECK(plain({"-nv"}) == Words{"--dry-run", "--verbose"});
  CHECK(plain({"-nvtapi"}) == Words{"--dry-run", "--verbose", "--target=api"});
}

TEST_CASE("words: a value may hold anything, and begin with a dash after '='") {
  CHECK(plain({"--target=a=b"}) == Words{"--target=a=b"});
  CHECK(plain({"--target=--tag"}) == Words{"--target=--tag"});
  CHECK(problem({"--target", "--tag"}).message == "--target needs a value");
  CHECK(problem({"--target", "-n"}).hint ==
        "a value that begins with '-' is written --target=VALUE");
}

TEST_CASE("words: nothing after two dashes is an option") {
  CHECK(plain({"-n", "--", "--nonsense", "-x"}) == Words{"--dry-run", "--", "--nonsense", "-x"});
}

TEST_CASE("words: a lone dash is an argument") {
  CHECK(plain({"-"}) == Words{"-"});
}

TEST_CASE("words: options are not abbreviated, but the one meant is named") {
  CHECK(problem({"--targ", "x"}).message == "unknown option --targ");
  CHECK(problem({"--targ", "x"}).hint == "did you mean --target?");
  CHECK(problem({"--no-psuh"}).hint == "did you mean --no-push?");
  CHECK(problem({"--banana"}).hint == "see `buildcache run --help`");
  CHECK(problem({"-q"}).message == "unknown option -q");
  CHECK(problem({"-nq"}).message == "unknown option -q");
}

TEST_CASE("words: an option that needs a value does not go without") {
  CHECK(problem({"--target"}).message == "--target needs a value");
  CHECK(problem({"-t"}).message == "--target needs a value");
  CHECK(problem({"--target="}).message == "--target has an empty value");
  CHECK(problem({"--target", ""}).message == "--target has an empty value");
}

TEST_CASE("words: an empty value may count as none") {
  CHECK(plain({"--tag=", "--tag", "", "-n"}) == Words{"--dry-run"});
  CHECK(problem({"--tag"}).message == "--tag needs a value");
}

TEST_CASE("words: an option that takes no value gets none") {
  CHECK(problem({"--no-push=false"}).message == "--no-push takes no value");
}

TEST_CASE("words: an endless or unprintable word is refused, not repeated") {
  CHECK(problem({std::string(5000, 'x')}).message == "an argument is longer than 4.0 KiB");
  CHECK(problem({"--target", std::string(5000, 'x')}).message == "--target needs a value");
  CHECK(problem({"--\x1b[2J\n"}).message == "unknown option --\\x1b[2J\\x0a");
  CHECK(problem({"--" + std::string(3000, 'x')}).message.size() < 120);
}

}  // namespace buildcache::cli
