#include "mounts/excludes.hpp"

#include <doctest/doctest.h>

using buildcache::mounts::Excludes;

TEST_CASE("excludes: patterns with and without a slash") {
  const Excludes excludes({"*.tmp", "/target/debug/incremental", "git/*/checkouts"});
  CHECK(excludes.matches("a.tmp"));
  CHECK(excludes.matches("deep/down/a.tmp"));
  CHECK(excludes.matches("target/debug/incremental"));
  CHECK(excludes.matches("git/db/checkouts"));
  CHECK_FALSE(excludes.matches("git/a/b/checkouts"));
  CHECK_FALSE(excludes.matches("x/target/debug/incremental"));
  CHECK_FALSE(excludes.matches("a.tmp.txt"));
}

TEST_CASE("excludes: credentials by the names tools give them") {
  const Excludes excludes({});
  CHECK(excludes.matches(".netrc"));
  CHECK(excludes.matches("home/.npmrc"));
  CHECK(excludes.matches("credentials.toml"));
  CHECK(excludes.matches(".buildcache-restoring"));
  CHECK_FALSE(excludes.matches("src/credentials.rs"));
  CHECK_FALSE(excludes.matches("x/.buildcache-restoring"));
}
