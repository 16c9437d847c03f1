// A disk that is full or broken, at every single call: an error comes out, and never a generation.
#include "hooked_tree.hpp"
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

#include <atomic>
#include <cerrno>

using namespace buildcache;
using namespace buildcache::mounts_test;
using sys_test::TemporaryFolder;

namespace {

core::Result<mounts::Saved> save(sys::Tree& from,
                                 const mounts::StoreBlob& store,
                                 std::size_t workers,
                                 const Base& base = {}) {
  const auto walked = mounts::walk(from, mounts::Excludes({}));
  if (!walked) {
    return tl::unexpected(walked.error());
  }
  return mounts::save_tree(from, {*walked, base.index, base.state, workers}, store);
}

template <typename T>
void check_failed(const core::Result<T>& result, const Fault& fault) {
  CAPTURE(fault.number);
  REQUIRE_FALSE(result);
  CHECK(result.error().kind == core::ErrorKind::internal);
  CHECK(result.error().message.starts_with("cannot "));
}

// Few entries, of every kind that asks for calls of its own.
struct Fixture {
  Fixture() {
    REQUIRE(sys::PosixFiles().make_directories(root, 0755));
    put(root, "a/b/one chunk", noise(1000, 1));
    put(root, "chunks", noise(900'000, 2));
    put(root, "chunks again", noise(900'000, 2) + "more");
    put(root, "empty", "");
    REQUIRE(::symlink("target", (root + "/symlink").c_str()) == 0);
    REQUIRE(::link((root + "/chunks").c_str(), (root + "/z name").c_str()) == 0);
    const int sparse = ::open((root + "/sparse").c_str(), O_CREAT | O_WRONLY, 0644);
    REQUIRE((::ftruncate(sparse, 3'000'000) == 0 && ::pwrite(sparse, "x", 1, 0) == 1));
    REQUIRE(::pwrite(sparse, "data", 4, 2'000'000) == 4);
    ::close(sparse);
    ::setxattr((root + "/empty").c_str(), "user.x", "y", 1, 0);
    tree = tree_at(root);
  }

  // Saves with the n-th call failing, for every n there is.
  void save_with_faults(Fault fault, std::size_t workers, const Base& base) {
    for (fault.number = 1; save_with(fault, workers, base); ++fault.number) {
    }
    CHECK(fault.number > 20);
  }

  // Returns whether it came to the fault.
  bool save_with(Fault fault, std::size_t workers, const Base& base) {
    HookedTree faulty(*tree, fault.hook());
    const auto saved = save(faulty, blobs.store(), workers, base);
    if (fault.hit()) {
      check_failed(saved, fault);
    } else {
      REQUIRE(saved);
      CHECK(saved->moving.empty());
      CHECK(saved->index.entries.size() == 10);
    }
    return fault.hit();
  }

  void restore_with_faults(Fault fault, const mounts::Index& index, std::size_t workers) {
    for (fault.number = 1; restore_with(fault, index, workers); ++fault.number) {
    }
    CHECK(fault.number > 20);
  }

  bool restore_with(Fault fault, const mounts::Index& index, std::size_t workers) {
    const TemporaryFolder to;
    const auto written = tree_at(to.path());
    HookedTree faulty(*written, fault.hook());
    const auto restored = mounts::restore_tree(faulty, index, blobs.fetch(), workers);
    if (fault.hit()) {
      check_failed(restored, fault);
    } else {
      REQUIRE(restored);
      CHECK(description(*written) == description(*tree));
    }
    return fault.hit();
  }

  TemporaryFolder folder;
  std::string root = folder / "from";
  std::unique_ptr<sys::Tree> tree;
  Blobs blobs;
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "faults: a save whose n-th call fails fails") {
  for (const std::size_t workers : {std::size_t{1}, std::size_t{3}}) {
    save_with_faults({0, EIO, false}, workers, {});
    save_with_faults({0, ENOSPC, true}, workers, {});
  }
}

TEST_CASE_FIXTURE(Fixture, "faults: so does one that builds upon another") {
  const auto first = save(*tree, blobs.store(), 1);
  REQUIRE(first);
  put(root, "chunks again", noise(900'000, 3));
  save_with_faults({0, EIO, false}, 2, {first->index, {}});
}

TEST_CASE_FIXTURE(Fixture, "faults: a restore whose n-th call fails fails") {
  const auto saved = save(*tree, blobs.store(), 1);
  REQUIRE(saved);
  for (const std::size_t workers : {std::size_t{1}, std::size_t{3}}) {
    restore_with_faults({0, ENOSPC, true}, saved->index, workers);
    restore_with_faults({0, EIO, false}, saved->index, workers);
  }
}

TEST_CASE_FIXTURE(Fixture, "faults: a store or a fetch whose n-th call fails") {
  put(root, "large", noise(20'000'000, 4));
  const auto good = save(*tree, blobs.store(), 2);
  REQUIRE(good);
  const std::size_t packs = good->index.packs.size();
  REQUIRE(packs >= 2);
  for (std::size_t number = 1; number <= packs; ++number) {
    CAPTURE(number);
    std::atomic<std::size_t> calls = 0;
    const auto saved = save(
        *tree,
        [&](const auto&, auto) -> core::Result<void> {
          return ++calls == number ? core::fail(core::ErrorKind::unavailable, "no network")
                                   : core::Result<void>();
        },
        2);
    CHECK_FALSE(saved);
    calls = 0;
    const TemporaryFolder to;
    const auto written = tree_at(to.path());
    const auto fetch = blobs.fetch();
    const auto restored = mounts::restore_tree(
        *written,
        good->index,
        [&](const core::Digest& digest, std::size_t most) -> core::Result<std::string> {
          return ++calls == number ? core::fail(core::ErrorKind::unavailable, "no network")
                                   : fetch(digest, most);
        },
        2);
    CHECK_FALSE(restored);
  }
}
