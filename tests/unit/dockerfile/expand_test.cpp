#include "dockerfile/expand.hpp"

#include <doctest/doctest.h>

using namespace buildcache;
using dockerfile::expand;

namespace {

const std::map<std::string, std::string> kVariables = {
    {"a", "one"}, {"empty", ""}, {"path", "/usr/local/lib"}, {"1", "first"}};

std::string text(std::string_view word, char escape = '\\') {
  const auto expanded = expand(word, kVariables, escape);
  return expanded ? expanded->text : "error: " + expanded.error().message;
}

}  // namespace

TEST_CASE("expand: names with and without braces") {
  CHECK(text("plain") == "plain");
  CHECK(text("$a-$a.x") == "one-one.x");
  CHECK(text("${a}b$ab") == "oneb");
  CHECK(text("$1x") == "firstx");
  CHECK(text("$") == "$");
  CHECK(text("a$/b") == "a$/b");
}

TEST_CASE("expand: defaults, with a colon and without") {
  CHECK(text("${none:-d}") == "d");
  CHECK(text("${empty:-d}") == "d");
  CHECK(text("${empty-d}") == "");
  CHECK(text("${a:-d}") == "one");
  CHECK(text("${none:+d}${empty:+d}${a:+d}") == "d");
  CHECK(text("${empty+d}") == "d");
  CHECK(text("${none:-${a}-$a}") == "one-one");
  CHECK(text("${none:?is missing}").find("none has no value: is missing") != std::string::npos);
  CHECK(text("${empty?is missing}") == "");
}

TEST_CASE("expand: patterns") {
  CHECK(text("${path#/*/}") == "local/lib");
  CHECK(text("${path##*/}") == "lib");
  CHECK(text("${path%/*}") == "/usr/local");
  CHECK(text("${path%%/l*}") == "/usr");
  CHECK(text("${path/l/L}") == "/usr/Local/lib");
  CHECK(text("${path//l/L}") == "/usr/LocaL/Lib");
  CHECK(text("${path//\\//-}") == "-usr-local-lib");
  CHECK(text("${path/l}") == "/usr/ocal/lib");
  CHECK(text("${path#[/]}") == "/usr/local/lib");
  CHECK(text("${path#\\*}") == "/usr/local/lib");
  CHECK(text("${path##\"*\"l}") == "ib");
  CHECK(text("${path#${none:-\\/usr}}") == "/local/lib");
  CHECK(text("${path#${none:-/usr}}") == "/local/lib");
}

TEST_CASE("expand: quotes and escapes") {
  CHECK(text("'$a'") == "$a");
  CHECK(text("\"$a b\"") == "one b");
  CHECK(text("\\$a") == "$a");
  CHECK(text("\"\\$a\\n\"") == "$a\\n");
  CHECK(text("`$a", '`') == "$a");
  CHECK(text("end\\") == "end");
}

TEST_CASE("expand: what does not end or is not known") {
  for (const char* word :
       {"${", "${a", "${}", "'a", "\"a", "${a:x}", "${a^}", "${a:#x}", "${a:-b"}) {
    CAPTURE(word);
    CHECK(text(word).starts_with("error: "));
  }
  std::string deep;
  for (int i = 0; i < 1000; ++i) {
    deep += "${none:-";
  }
  CHECK(text(deep).starts_with("error: "));
}

TEST_CASE("expand: what variables make too long") {
  const std::map<std::string, std::string> large{{"a", std::string(60'000, 'x')}};
  CHECK(expand("$a${a}", large, '\\')->text.size() == 120'000);
  for (const char* word : {"$a$a$a", "${a}${a}${a}", "\"$a$a$a\"", "${b:-$a$a$a}", "${a//x/$a}"}) {
    const auto expanded = expand(word, large, '\\');
    REQUIRE_FALSE(expanded);
    CHECK(expanded.error().message.find("longer than 128 KiB") != std::string::npos);
  }
}

TEST_CASE("expand: unknown variables are told, with a default or without") {
  CHECK(expand("$none/${other}", kVariables, '\\')->unknown ==
        std::set<std::string>{"none", "other"});
  CHECK(expand("${none:-x}", kVariables, '\\')->unknown == std::set<std::string>{"none"});
  CHECK(expand("${a:-$none}", kVariables, '\\')->text == "one");
}
