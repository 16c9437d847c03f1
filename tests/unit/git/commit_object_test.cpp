#include "git/commit_object.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace buildcache::git {
namespace {

const std::string kTree = "tree " + std::string(40, 'a') + "\n";
const std::string kOne(40, '1');
const std::string kTwo(40, '2');
const std::string kPerson = " A <a@example.org> 1700000000 +0100\n";

TEST_CASE("commit object: parents keep their order") {
  const auto node = parse_commit(kTree + "parent " + kOne + "\nparent " + kTwo + "\nauthor" +
                                 kPerson + "committer" + kPerson + "\nmessage\n");
  REQUIRE(node.has_value());
  CHECK(node->parents == std::vector<std::string>{kOne, kTwo});
  CHECK(node->time == 1700000000);
}

TEST_CASE("commit object: a message that looks like a header is no header") {
  const auto node = parse_commit(kTree + "\nparent " + kOne + "\ncommitter" + kPerson);
  REQUIRE(node.has_value());
  CHECK(node->parents.empty());
  CHECK(node->time == 0);
}

TEST_CASE("commit object: names with brackets and negative times are read") {
  const auto node = parse_commit(kTree + "author" + kPerson + "committer A > B <a@b> -5 +0000\n\n");
  REQUIRE(node.has_value());
  CHECK(node->time == -5);
}

TEST_CASE("commit object: other bytes are no commit") {
  CHECK_FALSE(parse_commit("").has_value());
  CHECK_FALSE(parse_commit("tree 123\n").has_value());
  CHECK_FALSE(parse_commit("object " + kOne + "\n").has_value());
  CHECK_FALSE(parse_commit(kTree + "parent xyz\n").has_value());
}

TEST_CASE("commit object: a full id is 40 lower-case hexadecimal digits") {
  CHECK(is_full_id(kOne));
  CHECK_FALSE(is_full_id(std::string(39, 'a')));
  CHECK_FALSE(is_full_id(std::string(40, 'A')));
  CHECK_FALSE(is_full_id(std::string(40, 'g')));
}

}  // namespace
}  // namespace buildcache::git
