// Saving a tree that others change meanwhile: what would not hold still is left out, the rest
// whole.
#include "hooked_tree.hpp"
#include "mounts/index_codec.hpp"
#include "mounts/restore_tree.hpp"
#include "mounts/save_tree.hpp"
#include "sample_tree.hpp"
#include "support/temporary_folder.hpp"
#include "sys/posix_files.hpp"
#include "sys/system_error.hpp"

#include <doctest/doctest.h>

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <thread>

using namespace buildcache;
using namespace buildcache::mounts_test;
using sys_test::TemporaryFolder;

namespace {

using Paths = std::vector<std::string>;

struct Fixture {
  Fixture() {
    REQUIRE(sys::PosixFiles().make_directories(root, 0755));
    tree = tree_at(root);
  }

  // Walks, and saves while `change` is called before each call to the tree.
  core::Result<mounts::Saved> save(const Hook& change) {
    const auto walked = mounts::walk(*tree, mounts::Excludes({}));
    REQUIRE(walked);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    HookedTree hooked(*tree, change);
    const mounts::Index none;
    return mounts::save_tree(hooked, {*walked, none, {}, 1}, blobs.store());
  }

  // Does `change` once, before the first `call` for `path`.
  core::Result<mounts::Saved> save_with(std::string_view call,
                                        const std::string& path,
                                        const std::function<void()>& change) {
    bool done = false;
    auto saved = save([&](std::string_view now, const std::string& at) {
      if (!done && now == call && at == path) {
        done = true;
        change();
      }
      return core::Result<void>();
    });
    CHECK(done);
    return saved;
  }

  // The content of a file after a restore.
  std::string restored(const mounts::Saved& saved, const std::string& path) {
    const auto index = mounts::decode(mounts::encode(saved.index));
    REQUIRE(index);
    const TemporaryFolder to;
    const auto written = tree_at(to.path());
    REQUIRE(mounts::restore_tree(*written, *index, blobs.fetch(), 1));
    const auto file = written->open(path);
    REQUIRE(file);
    std::string content((*file)->status()->size, '\0');
    REQUIRE((*file)->read_at(0, content));
    return content;
  }

  [[nodiscard]] std::string at(const std::string& path) const { return root + "/" + path; }

  TemporaryFolder folder;
  std::string root = folder / "from";
  std::unique_ptr<sys::Tree> tree;
  Blobs blobs;
};

Paths paths_of(const mounts::Saved& saved) {
  Paths paths;
  for (const mounts::Entry& entry : saved.index.entries) {
    paths.push_back(entry.path);
  }
  return paths;
}

}  // namespace

TEST_CASE_FIXTURE(Fixture, "moving: a file that changes once is read again") {
  put(root, "file", noise(700'000, 1));
  const auto saved =
      save_with("read_at", "file", [&] { std::ofstream(at("file"), std::ios::app) << "more"; });
  REQUIRE(saved);
  CHECK(saved->moving.empty());
  CHECK(restored(*saved, "file") == noise(700'000, 1) + "more");
}

TEST_CASE_FIXTURE(Fixture, "moving: a file that never holds still is left out") {
  put(root, "file", noise(700'000, 1));
  put(root, "other", "x");
  const auto saved = save([&](std::string_view call, const std::string& path) {
    if (call == "read_at" && path == "file") {
      std::ofstream(at("file"), std::ios::app) << "more";
    }
    return core::Result<void>();
  });
  REQUIRE(saved);
  CHECK(saved->moving == Paths{"file"});
  CHECK(paths_of(*saved) == Paths{"", "other"});
  CHECK(restored(*saved, "other") == "x");
}

TEST_CASE_FIXTURE(Fixture, "moving: another file under a name is not what its further names held") {
  put(root, "a", "old");
  REQUIRE(::link(at("a").c_str(), at("b").c_str()) == 0);
  const auto saved = save_with("open", "a", [&] {
    std::ofstream(folder / "new") << "new";
    REQUIRE(::rename((folder / "new").c_str(), at("a").c_str()) == 0);
  });
  REQUIRE(saved);
  for (const std::string& path : paths_of(*saved)) {
    if (!path.empty()) {
      CHECK(restored(*saved, path) == (path == "a" ? "new" : "old"));
    }
  }
  CHECK(saved->moving == Paths{"a", "b"});
}

TEST_CASE_FIXTURE(Fixture, "moving: attributes are those of the file that was read") {
  put(root, "file", "x");
  SUBCASE("it goes") {
    const auto saved =
        save_with("xattrs", "file", [&] { REQUIRE(::unlink(at("file").c_str()) == 0); });
    REQUIRE(saved);
    CHECK(saved->moving == Paths{"file"});
  }
  SUBCASE("a link takes its place") {
    const auto saved = save_with("xattrs", "file", [&] {
      REQUIRE(::unlink(at("file").c_str()) == 0);
      REQUIRE(::symlink("x", at("file").c_str()) == 0);
    });
    REQUIRE(saved);
    CHECK(saved->moving == Paths{"file"});
  }
}

TEST_CASE_FIXTURE(Fixture,
                  "moving: a link or a directory that goes is left out with all below it") {
  put(root, "d/e/file", "x");
  put(root, "d.txt", "y");
  REQUIRE(::symlink("target", at("link").c_str()) == 0);
  SUBCASE("the link") {
    const auto saved =
        save_with("read_link", "link", [&] { REQUIRE(::unlink(at("link").c_str()) == 0); });
    REQUIRE(saved);
    CHECK(saved->moving == Paths{"link"});
    CHECK(paths_of(*saved) == Paths{"", "d", "d/e", "d/e/file", "d.txt"});
  }
  SUBCASE("the directory") {
    const auto saved = save_with("xattrs", "d", [&] { REQUIRE(tree->remove_all("d")); });
    REQUIRE(saved);
    CHECK(saved->moving == Paths{"d", "d/e", "d/e/file"});
    CHECK(paths_of(*saved) == Paths{"", "d.txt", "link"});
    CHECK(restored(*saved, "d.txt") == "y");
  }
}

TEST_CASE_FIXTURE(Fixture,
                  "moving: a disk that fails when a file is looked at again fails the save") {
  put(root, "file", noise(700'000, 1));
  const auto saved = save([&](std::string_view call, const std::string&) -> core::Result<void> {
    if (call == "read_at") {
      std::ofstream(at("file"), std::ios::app) << "more";
    }
    return call == "status" ? core::Result<void>(tl::unexpected(sys::system_error("cannot", EIO)))
                            : core::Result<void>();
  });
  CHECK_FALSE(saved);
}

TEST_CASE_FIXTURE(Fixture,
                  "moving: a directory that becomes another thing is left out of the walk") {
  put(root, "d/file", "x");
  put(root, "other", "y");
  HookedTree hooked(*tree, [&](std::string_view call, const std::string& path) {
    if (call == "list" && path == "d") {
      REQUIRE(tree->remove_all("d"));
      SUBCASE("gone") {}
      SUBCASE("a file") {
        put(root, "d", "x");
      }
      SUBCASE("a link") {
        REQUIRE(::symlink("/", at("d").c_str()) == 0);
      }
    }
    return core::Result<void>();
  });
  const auto walked = mounts::walk(hooked, mounts::Excludes({}));
  REQUIRE(walked);
  REQUIRE(walked->entries.size() == 2);
  CHECK(walked->entries[1].path == "other");
}
