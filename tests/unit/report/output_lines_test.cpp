#include "report/output_lines.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace buildcache::report {
namespace {

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("output lines: pieces are joined, each source by itself") {
  OutputLines lines;
  CHECK(lines.feed("a", "one\ntw") == Lines{"one"});
  CHECK(lines.feed("b", "x\n") == Lines{"x"});
  CHECK(lines.feed("a", "o\n\n") == Lines{"two", ""});
  CHECK(lines.finish("a").empty());
}

TEST_CASE("output lines: what a carriage return overwrote is dropped") {
  OutputLines lines;
  CHECK(lines.feed("a", "10%\r50%\r100%\r\n") == Lines{"100%"});
}

TEST_CASE("output lines: a line without end is bounded and the next one is whole") {
  OutputLines lines;
  (void)lines.feed("a", std::string(100'000, 'x'));
  const Lines got = lines.feed("a", "tail\nnext\n");
  REQUIRE(got.size() == 2);
  CHECK(got[0].size() == 4096);
  CHECK(got[1] == "next");
}

TEST_CASE("output lines: a source that ends gives its unfinished line, once") {
  OutputLines lines;
  (void)lines.feed("a", "rest");
  CHECK(lines.finish("a") == "rest");
  CHECK(lines.finish("a").empty());
}

TEST_CASE("output lines: invalid bytes and escapes become printable") {
  OutputLines lines;
  CHECK(lines.feed("a", "\x1b[31m\xFF\n") == Lines{"\\x1b[31m\xEF\xBF\xBD"});
}

TEST_CASE("output lines: commands of CI are taken apart") {
  CHECK(harmless("x ##[error]y ####[z") == "x ## [error]y #### [z");
  CHECK(harmless("::error::x") == ": :error::x");
  CHECK(harmless(" \t::error::x") == " \t: :error::x");
  CHECK(harmless("a::b") == "a::b");
}

}  // namespace buildcache::report
