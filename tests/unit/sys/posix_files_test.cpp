#include "sys/posix_files.hpp"

#include "support/temporary_folder.hpp"
#include "sys/parallel.hpp"

#include <doctest/doctest.h>

#include <sys/stat.h>

using namespace buildcache::sys;
using namespace buildcache::sys_test;
using buildcache::core::ErrorKind;

namespace {

constexpr std::size_t kLimit = 1U << 20U;

unsigned mode_of(const std::string& path) {
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return status.st_mode & 07777U;
}

bool is_link(const std::string& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0 && S_ISLNK(status.st_mode);
}

template <typename T>
ErrorKind kind(const buildcache::core::Result<T>& result) {
  REQUIRE_FALSE(result);
  return result.error().kind;
}

}  // namespace

TEST_CASE("files: what is written is read back") {
  const TemporaryFolder folder;
  PosixFiles files;
  const std::string content = std::string("a\0b", 3) + std::string(300'000, 'x');
  REQUIRE(files.write(folder / "f", content, 0640));
  CHECK(files.read(folder / "f", kLimit) == content);
  CHECK(mode_of(folder / "f") == 0640);
  REQUIRE(files.write(folder / "f", "", 0600));
  CHECK(files.read(folder / "f", kLimit) == "");
  CHECK(mode_of(folder / "f") == 0600);
  CHECK(files.list(folder.path()) == std::vector<std::string>{"f"});
}

TEST_CASE("files: reading stops at the limit") {
  const TemporaryFolder folder;
  PosixFiles files;
  REQUIRE(files.write(folder / "f", "12345", 0600));
  CHECK(files.read(folder / "f", 5) == "12345");
  CHECK(kind(files.read(folder / "f", 4)) == ErrorKind::bad_response);
}

TEST_CASE("files: what is missing is not found") {
  const TemporaryFolder folder;
  PosixFiles files;
  CHECK(kind(files.read(folder / "none", kLimit)) == ErrorKind::not_found);
  CHECK(kind(files.write(folder / "none/f", "x", 0600)) == ErrorKind::not_found);
  CHECK(kind(files.append(folder / "none/f", "x")) == ErrorKind::not_found);
  CHECK(kind(files.list(folder / "none")) == ErrorKind::not_found);
  CHECK_FALSE(files.exists(folder / "none"));
  CHECK_FALSE(files.is_directory(folder / "none"));
}

TEST_CASE("files: pipes and devices are never opened") {
  const TemporaryFolder folder;
  PosixFiles files;
  REQUIRE(::mkfifo((folder / "pipe").c_str(), 0600) == 0);
  CHECK(kind(files.read(folder / "pipe", kLimit)) == ErrorKind::bad_response);
  CHECK(kind(files.write(folder / "pipe", "x", 0600)) == ErrorKind::bad_response);
  CHECK(kind(files.read("/dev/zero", kLimit)) == ErrorKind::bad_response);
  CHECK(kind(files.read(folder.path(), kLimit)) == ErrorKind::bad_response);
  CHECK(kind(files.write("/dev/null", "x", 0600)) == ErrorKind::bad_response);
}

TEST_CASE("files: writing goes through symbolic links and leaves them") {
  const TemporaryFolder folder;
  PosixFiles files;
  REQUIRE(files.make_directories(folder / "real", 0755));
  REQUIRE(files.make_symlink("real/f", folder / "link"));
  REQUIRE(files.make_symlink("link", folder / "second"));
  REQUIRE(files.write(folder / "second", "x", 0600));  // its target does not exist yet
  CHECK(files.read(folder / "real/f", kLimit) == "x");
  REQUIRE(files.write(folder / "link", "y", 0600));
  CHECK(files.read(folder / "real/f", kLimit) == "y");
  CHECK(is_link(folder / "link"));
  CHECK(is_link(folder / "second"));
  REQUIRE(files.make_symlink("loop", folder / "loop"));
  CHECK(kind(files.write(folder / "loop", "x", 0600)) == ErrorKind::internal);
}

TEST_CASE("files: a reader never sees a file half written") {
  const TemporaryFolder folder;
  const std::string path = folder / "f";
  const std::string one(200'000, '1');
  const std::string two(200'000, '2');
  REQUIRE(PosixFiles().write(path, one, 0600));
  std::vector<int> torn(4);
  for_each_parallel(torn.size(), torn.size(), [&](std::size_t i) {
    PosixFiles files;
    for (int round = 0; round < 40; ++round) {
      if (i == 0) {
        torn[i] += files.write(path, round % 2 == 0 ? two : one, 0600) ? 0 : 1;
      } else {
        const auto content = files.read(path, kLimit);
        torn[i] += content && (*content == one || *content == two) ? 0 : 1;
      }
    }
  });
  CHECK(torn == std::vector<int>(4));
}

TEST_CASE("files: appending creates and adds") {
  const TemporaryFolder folder;
  PosixFiles files;
  REQUIRE(files.append(folder / "f", "a"));
  REQUIRE(files.append(folder / "f", "b"));
  CHECK(files.read(folder / "f", kLimit) == "ab");
}

TEST_CASE("files: directories are made with their parents and listed in order") {
  const TemporaryFolder folder;
  PosixFiles files;
  REQUIRE(files.make_directories(folder / "a/b/c", 0700));
  CHECK(mode_of(folder / "a/b") == 0700);
  REQUIRE(files.make_directories(folder / "a/b/c", 0755));
  CHECK(mode_of(folder / "a/b/c") == 0700);
  REQUIRE(files.make_directories(folder / "a/x/", 0777));
  CHECK(mode_of(folder / "a/x") == 0777);
  REQUIRE(files.write(folder / "a/0", "", 0600));
  CHECK(files.list(folder / "a") == std::vector<std::string>{"0", "b", "x"});
  CHECK_FALSE(files.make_directories(folder / "a/0/b", 0700));
}

TEST_CASE("files: temporary directories are new and private") {
  const TemporaryFolder folder;
  PosixFiles files;
  const auto one = files.make_temporary_directory(folder.path(), "x-");
  const auto two = files.make_temporary_directory(folder.path(), "x-");
  REQUIRE(one);
  REQUIRE(two);
  CHECK(*one != *two);
  CHECK(one->starts_with(folder / "x-"));
  CHECK(mode_of(*one) == 0700);
}

TEST_CASE("files: removing takes links, not what they lead to") {
  const TemporaryFolder folder;
  PosixFiles files;
  REQUIRE(files.make_directories(folder / "kept", 0755));
  REQUIRE(files.write(folder / "kept/f", "x", 0600));
  REQUIRE(files.make_directories(folder / "gone/deep", 0755));
  REQUIRE(files.make_symlink("../kept", folder / "gone/link"));
  REQUIRE(files.make_symlink("kept", folder / "link"));
  REQUIRE(files.remove_all(folder / "gone"));
  REQUIRE(files.remove_all(folder / "link/"));
  REQUIRE(files.remove_all(folder / "never-there"));
  CHECK(files.list(folder.path()) == std::vector<std::string>{"kept"});
  CHECK(files.exists(folder / "kept/f"));
  CHECK_FALSE(files.remove_all("/"));
  CHECK_FALSE(files.remove_all(""));
}
