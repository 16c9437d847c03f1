#include "report/display_width.hpp"

#include <doctest/doctest.h>

#include <string>

namespace buildcache::report {

TEST_CASE("display width: ideographs and emoji take two columns") {
  CHECK(display_width("abc") == 3);
  CHECK(display_width("\xC3\xA9") == 1);
  CHECK(display_width("\xE6\xBC\xA2\xE5\xAD\x97") == 4);
  CHECK(display_width("\xF0\x9F\xA6\x80") == 2);
  CHECK(display_width("\xE2\x80\xA6") == 1);
}

TEST_CASE("display width: a text that fits is not cut") {
  CHECK(cut_to_width("abc", 3) == "abc");
  CHECK(cut_to_width("a\tb", 6) == "a    b");
}

TEST_CASE("display width: a cut text ends in an ellipsis and fits") {
  CHECK(cut_to_width("abcdef", 4) == "abc\xE2\x80\xA6");
  CHECK(cut_to_width("\xE6\xBC\xA2\xE5\xAD\x97", 3) == "\xE6\xBC\xA2\xE2\x80\xA6");
  CHECK(cut_to_width("\xE6\xBC\xA2\xE5\xAD\x97", 2) == "\xE2\x80\xA6");
  CHECK(cut_to_width("abc", 0).empty());
}

TEST_CASE("display width: broken lines lose nothing") {
  CHECK(broken_to_width("abcdefg", 3) == std::vector<std::string>{"abc", "def", "g"});
  CHECK(broken_to_width("", 3) == std::vector<std::string>{""});
  CHECK(broken_to_width("a\xE6\xBC\xA2", 2) == std::vector<std::string>{"a", "\xE6\xBC\xA2"});
}

TEST_CASE("display width: what is wider than the terminal is replaced") {
  CHECK(broken_to_width("\xE6\xBC\xA2", 1) == std::vector<std::string>{"?"});
}

}  // namespace buildcache::report
