#include "core/text.hpp"

#include <doctest/doctest.h>

#include <limits>

using namespace buildcache::core;
using namespace std::chrono_literals;

TEST_CASE("printable: valid text stays, controls become visible") {
  CHECK(printable("grün 日本 😀\t!") == "grün 日本 😀\t!");
  CHECK(printable("a\x1b[31mb\r\n") == "a\\x1b[31mb\\x0d\\x0a");
  CHECK(printable("a\nb", true) == "a\nb");
  CHECK(printable("a\r\nb", true) == "a\\x0d\nb");
  CHECK(printable(std::string_view("\0\x7f", 2)) == "\\x00\\x7f");
}

TEST_CASE("printable: what misleads the eye becomes visible") {
  CHECK(printable("\u202Eevil") == "\\u202eevil");
  CHECK(printable("\u2028") == "\\u2028");
  CHECK(printable("\u2066x\u2069") == "\\u2066x\\u2069");
  CHECK(printable("\u0085") == "\\x85");
}

TEST_CASE("printable: each invalid byte becomes a replacement character") {
  CHECK(printable("\xff") == "\uFFFD");
  CHECK(printable("\xc0\x80") == "\uFFFD\uFFFD");            // overlong
  CHECK(printable("\xed\xa0\x80") == "\uFFFD\uFFFD\uFFFD");  // surrogate
  CHECK(printable("\xf4\x90\x80\x80") == "\uFFFD\uFFFD\uFFFD\uFFFD");
  CHECK(printable("\xe2\x82") == "\uFFFD\uFFFD");  // cut short
  CHECK(printable("\xe2\x82z") == "\uFFFD\uFFFDz");
}

TEST_CASE("shortened: long text keeps its two ends") {
  CHECK(shortened("abcdef", 6) == "abcdef");
  CHECK(shortened("abcdefgh", 5) == "ab…gh");
  CHECK(shortened("日本語日本語", 3) == "日…語");
  CHECK(shortened("abc", 2) == "a…");
  CHECK(shortened("abc", 1) == "…");
  CHECK(shortened("abc", 0).empty());
  CHECK(shortened("", 0).empty());
}

TEST_CASE("shell quoting: only harmless words stay bare") {
  CHECK(shell_quoted("--tag=a/b:c") == "--tag=a/b:c");
  CHECK(shell_quoted("") == "''");
  CHECK(shell_quoted("a b") == "'a b'");
  CHECK(shell_quoted("$HOME") == "'$HOME'");
  CHECK(shell_quoted("it's") == "'it'\\''s'");
  CHECK(shell_quoted("~") == "'~'");
  CHECK(shell_quoted("a\nb") == "'a\nb'");
  CHECK(shell_quoted("é") == "'é'");
}

TEST_CASE("shell quoting: a first word with '=' does not become an assignment") {
  CHECK(shell_joined({"a=b", "c=d", "e f"}) == "'a=b' c=d 'e f'");
  CHECK(shell_joined({}).empty());
}

TEST_CASE("nearest: a slip of the pen finds its word, other words find none") {
  const std::vector<std::string> words = {"fallback", "lookback", "mode", "max-sources", "store"};
  CHECK(nearest("falback", words) == "fallback");
  CHECK(nearest("moed", words) == "mode");
  CHECK(nearest("max_sources", words) == "max-sources");
  CHECK(nearest("STORE", words) == "store");
  CHECK(nearest("compression", words).empty());
  CHECK(nearest("", words).empty());
  CHECK(nearest("x", {"y"}).empty());
  CHECK(nearest(std::string(10000, 'a'), words).empty());
}

TEST_CASE("nearest: of equally near words the first counts, of others the nearest") {
  CHECK(nearest("cats", {"cat", "bats"}) == "cat");
  CHECK(nearest("stors", {"stare", "store"}) == "store");
}

TEST_CASE("human duration: the unit fits the size") {
  CHECK(human_duration(0ms) == "0 ms");
  CHECK(human_duration(-5ms) == "0 ms");
  CHECK(human_duration(840ms) == "840 ms");
  CHECK(human_duration(12'345ms) == "12.3 s");
  CHECK(human_duration(59'999ms) == "59.9 s");
  CHECK(human_duration(125s) == "2 min 5 s");
  CHECK(human_duration(3725s) == "1 h 2 min");
}

TEST_CASE("human size: the unit fits the size") {
  CHECK(human_size(0) == "0 B");
  CHECK(human_size(1023) == "1023 B");
  CHECK(human_size(1024) == "1.0 KiB");
  CHECK(human_size(1'258'291) == "1.1 MiB");
  CHECK(human_size(std::numeric_limits<std::uint64_t>::max()) == "15.9 EiB");
}

TEST_CASE("short id: twelve characters are enough for people") {
  CHECK(short_id("0123456789abcdef") == "0123456789ab");
  CHECK(short_id("0123") == "0123");
}
