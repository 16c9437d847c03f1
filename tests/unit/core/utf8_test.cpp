#include "core/utf8.hpp"

#include <doctest/doctest.h>

namespace buildcache::core {
namespace {

TEST_CASE("utf8: well-formed UTF-8 is recognised by length") {
  CHECK(utf8_length("a") == 1);
  CHECK(utf8_length("\xC3\xA9") == 2);
  CHECK(utf8_length("\xE2\x82\xAC") == 3);
  CHECK(utf8_length("\xF0\x9F\x9A\x80") == 4);
}

TEST_CASE("utf8: overlong forms, surrogates and what lies beyond Unicode are refused") {
  CHECK(utf8_length("") == 0);
  CHECK(utf8_length("\xC0\x80") == 0);
  CHECK(utf8_length("\xE0\x80\x80") == 0);
  CHECK(utf8_length("\xED\xA0\x80") == 0);
  CHECK(utf8_length("\xF0\x80\x80\x80") == 0);
  CHECK(utf8_length("\xF4\x90\x80\x80") == 0);
  CHECK(utf8_length("\x80") == 0);
  CHECK(utf8_length("\xE2\x82") == 0);
  CHECK(utf8_length("\xC3(") == 0);
}

}  // namespace
}  // namespace buildcache::core
