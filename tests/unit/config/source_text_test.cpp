#include "config/source_text.hpp"

#include "config/node.hpp"

#include <doctest/doctest.h>

namespace buildcache::config {

TEST_CASE("source text: a refused byte is reported at its line and column") {
  const auto error = refuse_source("a: 1\nb: \x04\n", "f");
  REQUIRE(error.has_value());
  CHECK(error->position->line == 2);
  CHECK(error->position->column == 4);
}

TEST_CASE("source text: a file of 1 MiB is read, a larger one refused") {
  CHECK_FALSE(refuse_source(std::string(kMaxFileSize, '#'), "f").has_value());
  CHECK(refuse_source(std::string(kMaxFileSize + 1, '#'), "f").has_value());
}

TEST_CASE("source text: a quote counts as closed only by its own kind") {
  CHECK(is_closed_quote("'a'", 0));
  CHECK(is_closed_quote("'it''s'", 0));
  CHECK(is_closed_quote(R"("a\"b")", 0));
  CHECK(is_closed_quote("!!str &x 'a'", 0));
  CHECK(is_closed_quote("plain", 0));
  CHECK_FALSE(is_closed_quote("'a\n", 0));
  CHECK_FALSE(is_closed_quote("'a''", 0));
  CHECK_FALSE(is_closed_quote(R"("a\")", 0));
  CHECK_FALSE(is_closed_quote("\"a'", 0));
}

TEST_CASE("source text: only a tab before other text is an indenting one") {
  CHECK_FALSE(find_indenting_tab("a: 1\n\t\n", "f", 9).has_value());
  CHECK_FALSE(find_indenting_tab("a:\t1\n", "f", 9).has_value());
  CHECK_FALSE(find_indenting_tab("a: 1\n\tb: 2\n", "f", 1).has_value());
  const auto tab = find_indenting_tab("a: 1\n  \tb: 2\n", "f", 2);
  REQUIRE(tab.has_value());
  CHECK(tab->line == 2);
  CHECK(tab->column == 3);
}

}  // namespace buildcache::config
