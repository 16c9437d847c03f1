#include "dockerfile/pattern.hpp"

#include <doctest/doctest.h>

#include <chrono>

using namespace buildcache;
using dockerfile::Pattern;

namespace {

Pattern pattern(std::string_view text) {
  const auto parsed = Pattern::parse(text);
  REQUIRE(parsed);
  return *parsed;
}

std::string replaced(std::string_view value,
                     std::string_view text,
                     std::string_view with,
                     bool all = true) {
  return pattern(text).replaced(value, with, all, 1000);
}

}  // namespace

TEST_CASE("pattern: shortest and longest, from either end") {
  CHECK(pattern("*/").prefix("a/b/c", false) == 2);
  CHECK(pattern("*/").prefix("a/b/c", true) == 4);
  CHECK(pattern("/*").suffix("a/b/c", false) == 2);
  CHECK(pattern("/*").suffix("a/b/c", true) == 4);
  CHECK(pattern("?b").prefix("abc", true) == 2);
  CHECK(pattern("").prefix("abc", true) == 0);
  CHECK(pattern("*").prefix("abc", false) == 0);
  CHECK(pattern("*").prefix("abc", true) == 3);
  CHECK(pattern("**c").prefix("abc", true) == 3);
  CHECK_FALSE(pattern("b").prefix("abc", true));
  CHECK_FALSE(pattern("abcd").prefix("abc", true));
}

TEST_CASE("pattern: brackets are themselves, a backslash takes meanings away") {
  CHECK(pattern("[a]").prefix("[a]b", true) == 3);
  CHECK_FALSE(pattern("[a]").prefix("ab", true));
  CHECK(pattern("\\*").prefix("*b", true) == 1);
  CHECK_FALSE(pattern("\\*").prefix("ab", true));
  CHECK(pattern("\\\\\\?").prefix("\\?", true) == 2);
  CHECK(pattern("\\/\\}").prefix("/}", true) == 2);
  CHECK(pattern("\\\\a").prefix("\\a", true) == 2);
  CHECK_FALSE(Pattern::parse("\\a"));
  CHECK_FALSE(Pattern::parse("a\\"));
}

TEST_CASE("pattern: the leftmost longest is replaced, once or always") {
  CHECK(replaced("abcabc", "b", "-") == "a-ca-c");
  CHECK(replaced("abcabc", "b", "-", false) == "a-cabc");
  CHECK(replaced("abcabc", "b*", "-") == "a-");
  CHECK(replaced("abcabc", "b*c", "-", false) == "a-");
  CHECK(replaced("aaaa", "aa", "b") == "bb");
  CHECK(replaced("aaa", "??", "") == "a");
  CHECK(replaced("abc", "x", "-") == "abc");
  CHECK(replaced("abc", "*", "-") == "-");
  CHECK(replaced("", "*", "-") == "-");
  CHECK(replaced("ab", "", "-") == "-a-b-");
  CHECK(replaced("ab", "", "-", false) == "-ab");
  CHECK(replaced("", "x", "-") == "");
  CHECK(replaced(std::string(900, 'a'), "a", std::string(900, 'b')).size() == 1800);
}

TEST_CASE("pattern: what takes long is told before, and nothing else does") {
  std::string stars;
  for (int i = 0; i < 50; ++i) {
    stars += "*a";
  }
  const Pattern slow = pattern(stars + "b");
  CHECK_FALSE(slow.takes(1U << 20U));
  REQUIRE(slow.takes(2000));
  const std::string value(2000, 'a');
  const auto begun = std::chrono::steady_clock::now();
  CHECK(slow.replaced(value, "x", true, 4000) == value);
  CHECK_FALSE(slow.prefix(value, true));
  CHECK_FALSE(slow.suffix(value, false));
  CHECK(pattern("a").replaced(value, "", true, 4000).empty());
  CHECK(std::chrono::steady_clock::now() - begun < std::chrono::seconds(5));
}
