#include "config/node.hpp"

#include <doctest/doctest.h>

namespace buildcache::config {
namespace {

std::string message_of(const core::Result<YamlNodePtr>& result) {
  return result ? "no error" : result.error().message;
}

}  // namespace

TEST_CASE("node: a value knows where its text begins") {
  const auto tree = read_yaml("plain: abc\nquoted: \"abc\"\nescaped: \"\\x61bc\"\n", "f");
  REQUIRE(tree.has_value());
  const auto& entries = (*tree)->entries;
  REQUIRE(entries.size() == 3);
  CHECK(entries[0].second->column == 8);
  CHECK(entries[0].second->text_offset == 0);
  CHECK(entries[0].second->plain);
  CHECK(entries[1].second->text_offset == 1);
  CHECK_FALSE(entries[1].second->plain);
  CHECK(entries[2].second->text == "abc");
  CHECK(entries[2].second->text_offset == -1);
}

TEST_CASE("node: no document is no error") {
  const auto tree = read_yaml("# comment\n", "f");
  REQUIRE(tree.has_value());
  CHECK(*tree == nullptr);
}

TEST_CASE("node: an alias shares its anchor's node") {
  const auto tree = read_yaml("a: &x [1]\nb: *x\n", "f");
  REQUIRE(tree.has_value());
  CHECK((*tree)->entries[0].second == (*tree)->entries[1].second);
}

TEST_CASE("node: aliases are counted in full") {
  const auto tree = read_yaml("a: &x [1, 2]\nb: [*x, *x]\n", "f");
  REQUIRE(tree.has_value());
  CHECK((*tree)->weight == 1 + 2 + 3 + 7);
}

TEST_CASE("node: nesting is allowed up to the limit") {
  const auto nested = [](std::size_t depth) {
    return read_yaml(std::string(depth, '[') + std::string(depth, ']'), "f");
  };
  CHECK(nested(kMaxDepth).has_value());
  CHECK(message_of(nested(kMaxDepth + 1)) == "lists and mappings nest deeper than 32 levels");
  CHECK_FALSE(nested(100'000).has_value());
}

TEST_CASE("node: block nesting beyond the limit is refused too") {
  std::string text;
  for (std::size_t i = 0; i < 100; ++i) {
    text += std::string(i, ' ') + "a:\n";
  }
  CHECK(message_of(read_yaml(text, "f")) == "lists and mappings nest deeper than 32 levels");
}

TEST_CASE("node: more values than the limit are refused") {
  std::string text = "[";
  for (std::size_t i = 0; i <= kMaxNodes; ++i) {
    text += "1,";
  }
  CHECK(message_of(read_yaml(text + "]", "f")).starts_with("more than 50000 values"));
}

TEST_CASE("node: a file larger than the limit is refused before it is parsed") {
  CHECK(message_of(read_yaml(std::string(kMaxFileSize + 1, '['), "f")) ==
        "the file is larger than 1 MiB");
}

}  // namespace buildcache::config
