#include "git/repository.hpp"

#include "support/temp_repo.hpp"

#include <doctest/doctest.h>

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace buildcache::git {
namespace {

using support::run_git;
using support::TempDirectory;
using support::TempRepo;
using support::write_file;

// All tests of this executable run with a user configuration that would break whoever reads it. It
// is there before main, because libgit2 looks for it once.
class HostileHome {
 public:
  HostileHome() {
    write_file(directory_ / ".gitconfig", "this is [not a configuration\n");
    write_file(directory_ / "git/config", "neither = [is this\n");
    ::setenv("HOME", path().c_str(), 1);             // NOLINT(concurrency-mt-unsafe)
    ::setenv("XDG_CONFIG_HOME", path().c_str(), 1);  // NOLINT(concurrency-mt-unsafe)
  }
  [[nodiscard]] std::string path() const { return directory_.path().string(); }

 private:
  TempDirectory directory_;
};
const HostileHome kHostileHome;

std::unique_ptr<Repository> open(const std::string& directory) {
  auto repository = Repository::open(directory);
  REQUIRE_MESSAGE(repository.has_value(), repository.error().message);
  REQUIRE(*repository != nullptr);
  return std::move(*repository);
}

TEST_CASE("repository: it is found from a directory below its top") {
  const TempRepo repo;
  repo.write("a/b/file", "x");
  CHECK(open(repo.path() + "/a/b")->root() == repo.path());
}

TEST_CASE("repository: a directory without one gives none") {
  const TempDirectory directory;
  const auto repository = Repository::open(directory.path().string());
  REQUIRE(repository.has_value());
  CHECK(*repository == nullptr);
}

TEST_CASE("repository: SHA-256 object names are refused in so many words") {
  const TempDirectory directory;
  run_git(directory.path().string(), {"init", "-q", "--object-format=sha256"});
  const auto repository = Repository::open(directory.path().string());
  REQUIRE_FALSE(repository.has_value());
  CHECK(repository.error().kind == core::ErrorKind::facts);
  CHECK(repository.error().message.find("SHA-256") != std::string::npos);
}

TEST_CASE("repository: an unknown extension is refused by name") {
  const TempRepo repo;
  repo.git({"config", "core.repositoryFormatVersion", "1"});
  repo.git({"config", "extensions.nobodyKnows", "true"});
  const auto repository = Repository::open(repo.path());
  REQUIRE_FALSE(repository.has_value());
  CHECK(repository.error().message.find("nobodyknows") != std::string::npos);
}

TEST_CASE("repository: a work tree of another repository's is read as one of its own") {
  TempRepo repo;
  repo.commit("one");
  repo.git({"branch", "side"});
  repo.git({"worktree", "add", "-q", repo.path() + "-tree", "side"});
  const auto repository = open(repo.path() + "-tree");
  CHECK(repository->root() == repo.path() + "-tree");
  CHECK(repository->head()->branch == "side");
}

TEST_CASE("repository: a submodule's directory is its own repository") {
  TempRepo library;
  const std::string tip = library.commit("library");
  TempRepo repo;
  repo.git({"submodule", "--quiet", "add", library.path(), "lib"});
  repo.commit("one");
  const auto repository = open(repo.path() + "/lib");
  CHECK(repository->root() == repo.path() + "/lib");
  CHECK(repository->head()->commit == tip);
}

TEST_CASE("repository: files of another owner are read all the same") {
  TempRepo repo;
  const std::string tip = repo.commit("one");
  std::error_code error;
  // Only root can give files away; elsewhere this repeats the plain case.
  std::filesystem::permissions(repo.path(), std::filesystem::perms::all, error);
  run_git(repo.path(), {"rev-parse", "HEAD"});
  if (::geteuid() == 0) {
    REQUIRE(::chown(repo.path().c_str(), 12345, 12345) == 0);
    REQUIRE(::chown((repo.path() + "/.git").c_str(), 12345, 12345) == 0);
  }
  CHECK(open(repo.path())->head()->commit == tip);
}

TEST_CASE("repository: an unborn branch has a name and no commit") {
  const TempRepo repo;
  const auto head = open(repo.path())->head();
  REQUIRE(head.has_value());
  CHECK(head->commit.empty());
  CHECK(head->branch == "main");
}

TEST_CASE("repository: a detached HEAD has a commit and no branch") {
  TempRepo repo;
  const std::string tip = repo.commit("one");
  repo.git({"checkout", "-q", "--detach"});
  const auto head = open(repo.path())->head();
  REQUIRE(head.has_value());
  CHECK(head->commit == tip);
  CHECK(head->branch.empty());
}

TEST_CASE("repository: a HEAD that names a missing commit is an error") {
  TempRepo repo;
  repo.commit("one");
  write_file(repo.path() + "/.git/HEAD", std::string(40, 'd') + "\n");
  const auto head = open(repo.path())->head();
  REQUIRE_FALSE(head.has_value());
  CHECK(head.error().kind == core::ErrorKind::facts);
}

TEST_CASE("repository: a HEAD that holds rubbish is an error") {
  TempRepo repo;
  repo.commit("one");
  write_file(repo.path() + "/.git/HEAD", "rubbish\n");
  const auto repository = Repository::open(repo.path());
  const bool readable = repository.has_value() && *repository != nullptr;
  CHECK_FALSE((readable && (*repository)->head().has_value()));
}

TEST_CASE("repository: tags at a commit are light, annotated, packed and sorted") {
  TempRepo repo;
  const std::string first = repo.commit("one");
  repo.git({"tag", "v2"});
  repo.git({"tag", "-a", "-m", "x", "v1"});
  repo.git({"pack-refs", "--all"});
  repo.git({"tag", "-a", "-m", "x", "nested/v3"});
  repo.commit("two");
  repo.git({"tag", "other"});
  CHECK(open(repo.path())->tags_at(first) == std::vector<std::string>{"nested/v3", "v1", "v2"});
}

TEST_CASE("repository: origin's branch goes before the local one of the same name") {
  TempRepo upstream;
  const std::string upstream_tip = upstream.commit("one");
  const TempDirectory directory;
  run_git(directory.path().string(), {"clone", "-q", upstream.path(), "clone"});
  TempRepo clone(directory / "clone");
  const std::string local_tip = clone.commit("two");
  clone.git({"branch", "only-here"});
  const auto repository = open(clone.path());
  CHECK(repository->branch_tip("main") == upstream_tip);
  CHECK(repository->branch_tip("only-here") == local_tip);
  CHECK(repository->remote_default_branch() == "main");
  clone.git({"remote", "rename", "origin", "mirror"});
  CHECK(open(clone.path())->branch_tip("main") == upstream_tip);
}

TEST_CASE("repository: branch names that are no valid reference have no tip") {
  TempRepo repo;
  repo.commit("one");
  const auto repository = open(repo.path());
  for (const std::string name :
       {"", "..", "a..b", "../../HEAD", "x\ny", "main.lock", "*", "-", "/"}) {
    CAPTURE(name);
    CHECK_FALSE(repository->branch_tip(name).has_value());
  }
  CHECK_FALSE(repository->branch_tip(std::string("ma\0in", 5)).has_value());
}

TEST_CASE("repository: a shallow clone's last commit still names its parents") {
  TempRepo upstream;
  const std::string first = upstream.commit("one");
  const std::string second = upstream.commit("two");
  const TempDirectory directory;
  run_git(directory.path().string(),
          {"clone", "-q", "--depth=1", "file://" + upstream.path(), "clone"});
  const auto repository = open(directory / "clone");
  CHECK(repository->is_shallow());
  const auto node = repository->read(second);
  REQUIRE(node.has_value());
  CHECK(node->parents == std::vector<std::string>{first});
  CHECK_FALSE(repository->read(first).has_value());
}

TEST_CASE("repository: a partial clone opens") {
  TempRepo upstream;
  const std::string tip = upstream.commit("one");
  upstream.git({"config", "uploadpack.allowFilter", "true"});
  const TempDirectory directory;
  run_git(directory.path().string(),
          {"clone", "-q", "--filter=blob:none", "file://" + upstream.path(), "clone"});
  // git writes this itself from some versions on.
  run_git(directory / "clone", {"config", "core.repositoryFormatVersion", "1"});
  run_git(directory / "clone", {"config", "extensions.partialClone", "origin"});
  const auto repository = open(directory / "clone");
  CHECK(repository->head()->commit == tip);
  CHECK(repository->is_dirty(tip) == false);
}

TEST_CASE("repository: configuration of the user is not read") {
  REQUIRE_FALSE(kHostileHome.path().empty());
  TempRepo repo;
  const std::string tip = repo.commit("one");
  CHECK(open(repo.path())->head()->commit == tip);
}

TEST_CASE("repository: a damaged configuration is an error that says so") {
  TempRepo repo;
  repo.commit("one");
  write_file(repo.path() + "/.git/config", "[core\nrepositoryformatversion = ]\n");
  const auto repository = Repository::open(repo.path());
  REQUIRE_FALSE(repository.has_value());
  CHECK(repository.error().kind == core::ErrorKind::facts);
}

TEST_CASE("repository: a .git file that points nowhere is an error or no repository") {
  const TempDirectory directory;
  write_file(directory / ".git", "gitdir: /nonexistent/place\n");
  const auto repository = Repository::open(directory.path().string());
  CHECK((!repository.has_value() || *repository == nullptr));
}

TEST_CASE("repository: a bare repository is its own root") {
  const TempDirectory directory;
  run_git(directory.path().string(), {"init", "-q", "--bare", "bare.git"});
  const auto repository = open(directory / "bare.git");
  CHECK(repository->is_bare());
  CHECK(repository->root() == directory / "bare.git");
}

TEST_CASE("repository: what stands at a path is compared by content and mode") {
  TempRepo repo;
  std::filesystem::create_directory(repo.path() + "/lib");
  write_file(repo.path() + "/lib/a", "1");
  repo.git({"add", "-A"});
  const std::string one = repo.commit("one");
  const std::string same = repo.commit("same");
  std::filesystem::permissions(repo.path() + "/lib/a",
                               std::filesystem::perms::owner_exec,
                               std::filesystem::perm_options::add);
  const std::string mode = repo.commit("mode");
  const auto repository = open(repo.path());
  CHECK(repository->entry_id(one, "lib/a") == repository->entry_id(same, "lib/a"));
  CHECK(repository->entry_id(one, "lib/a") != repository->entry_id(mode, "lib/a"));
  CHECK(repository->entry_id(one, "lib") != repository->entry_id(mode, "lib"));
  CHECK(repository->entry_id(one, "lib/b") == "");
  CHECK(repository->entry_id(one, "lib/a/b") == "");
  CHECK(repository->entry_id(one, "*") == "");
  CHECK_FALSE(repository->entry_id(std::string(40, 'e'), "lib").has_value());
  CHECK_FALSE(repository->entry_id("main", "lib").has_value());
}

}  // namespace
}  // namespace buildcache::git
