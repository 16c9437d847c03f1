// Repository::is_dirty, by real work trees.
#include "git/repository.hpp"
#include "support/temp_repo.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <string>

namespace buildcache::git {
namespace {

using support::TempRepo;

bool is_dirty(const TempRepo& repo) {
  auto repository = Repository::open(repo.path());
  REQUIRE(repository.has_value());
  REQUIRE(*repository != nullptr);
  const auto dirty = (*repository)->is_dirty(repo.id("HEAD"));
  REQUIRE_MESSAGE(dirty.has_value(), dirty.error().message);
  return *dirty;
}

TEST_CASE("work tree: what was just committed is clean") {
  TempRepo repo;
  repo.write("dir/other", "x");
  repo.commit("file");
  CHECK_FALSE(is_dirty(repo));
}

TEST_CASE("work tree: a changed, deleted or staged file makes it dirty") {
  TempRepo repo;
  repo.commit("file");
  repo.write("file", "changed");
  CHECK(is_dirty(repo));
  repo.git({"add", "file"});
  CHECK(is_dirty(repo));
  repo.git({"reset", "-q", "--hard"});
  CHECK_FALSE(is_dirty(repo));
  std::filesystem::remove(repo.path() + "/file");
  CHECK(is_dirty(repo));
}

TEST_CASE("work tree: a change of the same size is seen") {
  TempRepo repo;
  repo.commit("file");
  repo.write("file", "1700000001\n");
  CHECK(is_dirty(repo));
}

TEST_CASE("work tree: a file rewritten with the same content is clean") {
  TempRepo repo;
  repo.commit("file");
  repo.write("file", "1700000000\n");
  CHECK_FALSE(is_dirty(repo));
}

TEST_CASE("work tree: an untracked file makes it dirty, an ignored one does not") {
  TempRepo repo;
  repo.write(".gitignore", "*.log\nout/\n");
  repo.commit("file");
  repo.write("build.log", "x");
  repo.write("out/image", "x");
  CHECK_FALSE(is_dirty(repo));
  repo.write("deep/er/new", "x");
  CHECK(is_dirty(repo));
}

TEST_CASE("work tree: ignore rules of the repository's own exclude file count") {
  TempRepo repo;
  repo.commit("file");
  repo.write("scratch", "x");
  CHECK(is_dirty(repo));
  repo.write(".git/info/exclude", "scratch\n");
  CHECK_FALSE(is_dirty(repo));
}

TEST_CASE("work tree: files outside of a sparse checkout are not missing") {
  TempRepo repo;
  repo.write("in/file", "x");
  repo.write("out/file", "x");
  repo.commit("top");
  repo.git({"sparse-checkout", "set", "in"});
  REQUIRE_FALSE(std::filesystem::exists(repo.path() + "/out/file"));
  CHECK_FALSE(is_dirty(repo));
  repo.write("in/file", "changed");
  CHECK(is_dirty(repo));
}

TEST_CASE("work tree: content behind an external filter is not compared byte by byte") {
  TempRepo repo;
  repo.write(".gitattributes", "*.bin filter=lfs\n");
  repo.write("data.bin", "pointer");
  repo.commit("file");
  repo.write("data.bin", "the real content");
  CHECK_FALSE(is_dirty(repo));
  repo.write("file", "changed");
  CHECK(is_dirty(repo));
}

TEST_CASE("work tree: a submodule at another commit makes it dirty") {
  TempRepo library;
  library.commit("first");
  TempRepo repo;
  repo.git({"submodule", "--quiet", "add", library.path(), "lib"});
  repo.commit("file");
  CHECK_FALSE(is_dirty(repo));
  TempRepo submodule(repo.path() + "/lib");
  submodule.commit("second");
  CHECK(is_dirty(repo));
}

TEST_CASE("work tree: a merge conflict makes it dirty") {
  TempRepo repo;
  repo.commit("file");
  repo.git({"checkout", "-q", "-b", "side"});
  repo.commit("file");
  repo.git({"checkout", "-q", "main"});
  repo.write("file", "mine");
  repo.git({"commit", "-q", "-a", "-m", "mine"});
  CHECK_THROWS(repo.git({"merge", "-q", "side"}));
  CHECK(is_dirty(repo));
}

TEST_CASE("work tree: a comparison leaves the repository as it was") {
  TempRepo repo;
  repo.commit("file");
  repo.write("file", "1700000000\n");
  const auto before = std::filesystem::last_write_time(repo.path() + "/.git/index");
  is_dirty(repo);
  CHECK(std::filesystem::last_write_time(repo.path() + "/.git/index") == before);
}

}  // namespace
}  // namespace buildcache::git
