// Saving a tree and restoring it elsewhere: the same to the byte and the nanosecond.
#include "hooked_tree.hpp"
#include "mounts/chunker.hpp"
#include "mounts/index_codec.hpp"
#include "mounts/restore_tree.hpp"
#include "mounts/save_tree.hpp"
#include "sample_tree.hpp"
#include "support/temporary_folder.hpp"
#include "sys/posix_files.hpp"

#include <doctest/doctest.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <array>
#include <thread>

using namespace buildcache;
using namespace buildcache::mounts_test;
using sys_test::TemporaryFolder;

namespace {

struct Fixture {
  Fixture() {
    sys::PosixFiles files;
    REQUIRE(files.make_directories(folder / "from", 0755));
    REQUIRE(files.make_directories(folder / "to", 0755));
    from = tree_at(folder / "from");
    to = tree_at(folder / "to");
  }

  mounts::Saved save(const Base& base = {}) {
    walked = mounts::walk(*from, mounts::Excludes({})).value();
    auto saved = mounts::save_tree(*from, {walked, base.index, base.state, 2}, blobs.store());
    REQUIRE(saved);
    return *std::move(saved);
  }

  [[nodiscard]] Base base_of(const mounts::Saved& saved) const {
    const mounts::StatState state = mounts::state_of(saved.index, walked);
    return {state.index, state.entries};
  }

  void restore(const mounts::Index& index) {
    const auto decoded = mounts::decode(mounts::encode(index));
    REQUIRE(decoded);
    CHECK(*decoded == index);
    REQUIRE(to->remove_all(""));
    const auto restored = mounts::restore_tree(*to, *decoded, blobs.fetch(), 2);
    if (!restored) {
      FAIL(restored.error().message);
    }
    CHECK(description(*to) == description(*from));
  }

  [[nodiscard]] std::string in(const std::string& path) const { return folder / ("from/" + path); }

  TemporaryFolder folder;
  std::unique_ptr<sys::Tree> from;
  std::unique_ptr<sys::Tree> to;
  mounts::Walk walked;
  Blobs blobs;
};

void set_time(const std::string& path, std::int64_t seconds, long nanoseconds) {
  const std::array<timespec, 2> times{timespec{0, UTIME_OMIT}, timespec{seconds, nanoseconds}};
  REQUIRE(::utimensat(AT_FDCWD, path.c_str(), times.data(), AT_SYMLINK_NOFOLLOW) == 0);
}

}  // namespace

TEST_CASE_FIXTURE(Fixture, "round trip: every kind of entry") {
  const std::string root = folder / "from";
  put(root, "plain", "hello");
  put(root, "empty", "");
  put(root, "deep/a/b/c/file", noise(1000, 1));
  put(root, "large", noise(3'000'000, 2));
  put(root, std::string(255, 'n'), "a long name");
  put(root, "not utf-8 \xff\xfe", "bytes");
  put(root, "new\nline", "control");
  put(root, "read-only/file", "x");
  put(root, "setuid", "x");
  put(root, "old", "x");
  put(root, "attributes", "x");
  REQUIRE(::mkdir(in("empty directory").c_str(), 0755) == 0);
  REQUIRE(::link(in("plain").c_str(), in("zz hard link").c_str()) == 0);
  REQUIRE(::link(in("large").c_str(), in("a hard link").c_str()) == 0);
  REQUIRE(::symlink("/etc/passwd", in("link out").c_str()) == 0);
  REQUIRE(::symlink("loop", in("loop").c_str()) == 0);
  REQUIRE(::chmod(in("setuid").c_str(), 0711) == 0);
  REQUIRE(::chmod(in("plain").c_str(), 0604) == 0);
  if (::setxattr(in("attributes").c_str(), "user.one", "a\0b", 3, 0) == 0) {
    REQUIRE(::setxattr(in("deep").c_str(), "user.two", "on a directory", 14, 0) == 0);
  }
  const int sparse = ::open(in("sparse").c_str(), O_CREAT | O_WRONLY, 0644);
  REQUIRE(::ftruncate(sparse, 10'000'000) == 0);
  REQUIRE(::pwrite(sparse, "data", 4, 5'000'000) == 4);
  ::close(sparse);
  const int hole = ::open(in("only a hole").c_str(), O_CREAT | O_WRONLY, 0644);
  REQUIRE(::ftruncate(hole, 1'000'000) == 0);
  ::close(hole);
  set_time(in("old"), -5, 999'999'999);
  set_time(in("link out"), 1'234'567'890, 123'456'789);
  set_time(in("deep/a"), 1'000'000'000, 1);
  REQUIRE(::chmod(in("read-only").c_str(), 0555) == 0);
  if (::getuid() == 0) {
    REQUIRE(::chown(in("plain").c_str(), 1234, 5678) == 0);
    REQUIRE(::lchown(in("link out").c_str(), 1, 2) == 0);
    REQUIRE(::chown(in("deep").c_str(), 99, 98) == 0);
  }
  set_time(root, 1'111'111'111, 7);

  restore(save().index);
  struct stat restored {};
  REQUIRE(::stat((folder / "to/sparse").c_str(), &restored) == 0);
  CHECK(restored.st_blocks * 512 < 1'000'000);
}

TEST_CASE_FIXTURE(Fixture, "round trip: an empty mount") {
  const auto saved = save();
  CHECK(saved.index.packs.empty());
  restore(saved.index);
}

TEST_CASE_FIXTURE(Fixture, "save: the same tree again stores and reads nothing") {
  put(folder / "from", "a/one", noise(5000, 1));
  put(folder / "from", "b/two", noise(2'000'000, 2));
  const auto first = save();
  CHECK(first.read == 2'005'000);
  const std::size_t packs = blobs.all.size();
  const auto again = save(base_of(first));
  CHECK(again.read == 0);
  CHECK(again.stored == 0);
  CHECK(blobs.all.size() == packs);
  CHECK(mounts::encode(again.index) == mounts::encode(first.index));
  SUBCASE("without a state everything is read, and nothing stored") {
    const auto unknown = save({first.index, {}});
    CHECK(unknown.read == 2'005'000);
    CHECK(unknown.stored == 0);
    CHECK(mounts::encode(unknown.index) == mounts::encode(first.index));
  }
}

TEST_CASE_FIXTURE(Fixture, "save: what changed alone is read and stored") {
  const std::string root = folder / "from";
  put(root, "a", noise(100'000, 1));
  std::string large = noise(4'000'000, 2);
  put(root, "large", large);
  put(root, "z", noise(100'000, 3));
  const auto first = save();
  restore(first.index);
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  large.insert(2'000'000, "some bytes");
  put(root, "large", large);
  REQUIRE(::unlink(in("a").c_str()) == 0);
  const auto second = save(base_of(first));
  CHECK(second.read == large.size());
  CHECK(second.stored < 1'200'000);  // the chunks around the insertion
  restore(second.index);
  SUBCASE("the first generation is still there") {
    REQUIRE(to->remove_all(""));
    CHECK(mounts::restore_tree(*to, first.index, blobs.fetch(), 2));
    CHECK(to->status("a"));
  }
}

TEST_CASE_FIXTURE(Fixture, "save: a change that keeps size and mtime is seen") {
  const std::string root = folder / "from";
  put(root, "file", "one");
  set_time(in("file"), 1'000'000'000, 5);
  const auto first = save();
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  put(root, "file", "two");
  set_time(in("file"), 1'000'000'000, 5);
  const auto second = save(base_of(first));
  CHECK(second.read == 3);
  restore(second.index);
}

TEST_CASE_FIXTURE(Fixture, "save: attributes alone cost no new pack") {
  const std::string root = folder / "from";
  put(root, "file", noise(10'000, 1));
  const auto first = save();
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  REQUIRE(::chmod(in("file").c_str(), 0600) == 0);
  const auto second = save(base_of(first));
  CHECK(second.stored == 0);
  restore(second.index);
}

TEST_CASE_FIXTURE(Fixture, "save: packs nearly dead are left behind") {
  const std::string root = folder / "from";
  put(root, "a stays", noise(50'000, 1));
  put(root, "b goes", noise(200'000, 2));
  Base base = base_of(save());
  put(root, "c stays", noise(1'000'000, 3));
  REQUIRE(::unlink(in("b goes").c_str()) == 0);
  const auto second = save(base);
  base = base_of(second);
  const auto third = save(base);
  CHECK(third.index.packs.size() == 2);
  CHECK(third.rewritten == 1);
  CHECK(third.read == 50'000);
  restore(third.index);
}

TEST_CASE_FIXTURE(Fixture, "save: sockets and pipes are left out, credentials too") {
  const std::string root = folder / "from";
  put(root, "kept", "x");
  put(root, "deep/.netrc", "secret");
  REQUIRE(::mkfifo(in("pipe").c_str(), 0600) == 0);
  const auto saved = save();
  CHECK(walked.special == std::vector<std::string>{"pipe"});
  CHECK(walked.excluded == 1);
  CHECK(saved.index.entries.size() == 3);
}

TEST_CASE_FIXTURE(Fixture, "save: a file that goes meanwhile is left out, and its other name") {
  put(folder / "from", "a", "one");
  put(folder / "from", "b", "two");
  REQUIRE(::link(in("a").c_str(), in("c").c_str()) == 0);
  walked = mounts::walk(*from, mounts::Excludes({})).value();
  REQUIRE(::unlink(in("a").c_str()) == 0);
  const mounts::Index none;
  const auto saved = mounts::save_tree(*from, {walked, none, {}, 1}, blobs.store());
  REQUIRE(saved);
  CHECK(saved->moving == std::vector<std::string>{"a", "c"});
  REQUIRE(saved->index.entries.size() == 2);
  CHECK(saved->index.entries[1].path == "b");
  CHECK(mounts::decode(mounts::encode(saved->index)));
}

TEST_CASE_FIXTURE(Fixture, "save: a store that fails fails the save") {
  put(folder / "from", "file", noise(1000, 1));
  walked = mounts::walk(*from, mounts::Excludes({})).value();
  const mounts::Index none;
  const auto saved =
      mounts::save_tree(*from, {walked, none, {}, 2}, [](const auto&, auto) -> core::Result<void> {
        return core::fail(core::ErrorKind::unavailable, "no network");
      });
  REQUIRE_FALSE(saved);
  CHECK(saved.error().message == "no network");
}

TEST_CASE_FIXTURE(Fixture, "restore: packs that are missing, cut, flipped or swapped") {
  put(folder / "from", "one", noise(300'000, 1));
  put(folder / "from", "two", noise(1'000, 2));
  const auto saved = save();
  REQUIRE(saved.index.packs.size() >= 1);
  std::string& pack = blobs.all.begin()->second;
  SUBCASE("missing") {
    blobs.all.clear();
  }
  SUBCASE("cut") {
    pack.resize(pack.size() / 2);
  }
  SUBCASE("longer") {
    pack += "more";
  }
  SUBCASE("flipped") {
    pack[pack.size() / 2] = static_cast<char>(pack[pack.size() / 2] ^ 1);
  }
  SUBCASE("other content of the same size") {
    pack = noise(pack.size(), 7);
  }
  CHECK_FALSE(mounts::restore_tree(*to, saved.index, blobs.fetch(), 2));
}

TEST_CASE_FIXTURE(Fixture, "restore: chunks that lie one behind the other are written at once") {
  put(folder / "from", "large", noise(4'000'000, 3));
  const auto saved = save();
  REQUIRE(saved.index.packs.size() == 1);
  const mounts::Pack& pack = saved.index.packs[0];
  REQUIRE(pack.chunks.size() > 2 * pack.frames.size());
  std::size_t writes = 0;
  HookedTree counted(*to, [&](std::string_view call, const std::string&) -> core::Result<void> {
    writes += call == "write_at" ? 1 : 0;
    return {};
  });
  REQUIRE(mounts::restore_tree(counted, saved.index, blobs.fetch(), 2));
  CHECK(writes == pack.frames.size());
  CHECK(description(*to) == description(*from));
}

TEST_CASE_FIXTURE(Fixture, "restore: nothing is written through a link in the mount") {
  put(folder / "from", "directory/file", "hello");
  const auto saved = save();
  // What the index says is a directory is a link when the file is written.
  REQUIRE(::symlink(folder.path().c_str(), (folder / "to/directory").c_str()) == 0);
  CHECK_FALSE(mounts::restore_tree(*to, saved.index, blobs.fetch(), 1));
  CHECK_FALSE(to->create("directory/file"));
  CHECK_FALSE(sys::PosixFiles().exists(folder / "file"));
}

// ccache touches the files of every hit.
TEST_CASE_FIXTURE(Fixture, "round trip: files that were only touched are read, and stored once") {
  for (unsigned i = 0; i < 40; ++i) {
    put(folder / "from", "file-" + std::to_string(i), noise(1U << 20U, i));
  }
  const mounts::Saved first = save();
  REQUIRE(first.index.packs.size() >= 3);
  // All files of the first pack but one.
  std::uint64_t touched = 0;
  for (const mounts::Entry& entry : first.index.entries) {
    if (entry.runs.empty() || entry.runs.back().first >= first.index.packs[0].chunks.size() ||
        entry.runs.front().first == 0) {
      continue;
    }
    const std::array<timespec, 2> times{{{1'000'000'000, 0}, {1'000'000'000, 0}}};
    REQUIRE(::utimensat(AT_FDCWD, (folder / ("from/" + entry.path)).c_str(), times.data(), 0) == 0);
    touched += entry.size;
  }
  const mounts::Saved second = save(base_of(first));
  CHECK(second.read == touched);
  CHECK(second.stored == 0);
  CHECK(second.index.packs == first.index.packs);
}
