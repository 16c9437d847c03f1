#include "mounts/read_file.hpp"

#include "hooked_tree.hpp"
#include "mounts/chunker.hpp"
#include "sample_tree.hpp"
#include "support/temporary_folder.hpp"
#include "sys/system_error.hpp"

#include <doctest/doctest.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <fstream>
#include <thread>

using namespace buildcache;
using namespace buildcache::mounts_test;
using mounts::ReadEnd;
using sys_test::TemporaryFolder;

namespace {

// Before the `number`-th `call`.
struct Moment {
  const char* call;
  int number;
};

struct Fixture {
  Fixture() : content(noise(2'500'000, 1)) {
    put(folder.path(), "file", content);
    tree = tree_at(folder.path());
    walked = {"file", tree->status("file").value()};
    // So that a change behind the walk changes ctime: the kernel's clock for files ticks slowly.
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }

  // Reads the file; before the call `at`, the `number`-th of its name, `change` happens.
  core::Result<ReadEnd> read(std::string_view at, int number, const std::function<void()>& change) {
    int left = number;
    HookedTree hooked(*tree, [&](std::string_view call, const std::string& path) {
      CHECK(path == "file");
      if (call == at && --left == 0) {
        change();
      }
      return core::Result<void>();
    });
    std::string buffer;
    taken.clear();
    auto end = mounts::read_file(hooked, walked, buffer, [&](auto offset, auto bytes) {
      CHECK(offset == taken.size());
      taken += bytes;
      return core::Result<void>();
    });
    CHECK(left <= 0);  // it came to that
    return end;
  }

  void write(const std::string& path, std::string_view bytes) const {
    std::ofstream(folder / path, std::ios::binary) << bytes;
  }

  TemporaryFolder folder;
  std::string content;
  std::unique_ptr<sys::Tree> tree;
  mounts::Walked walked;
  std::string taken;
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "read file: one that holds still is read whole") {
  CHECK(read("open", 1, [] {}).value() == ReadEnd::whole);
  CHECK(taken == content);
}

TEST_CASE_FIXTURE(Fixture, "read file: changed at any time, it is moving") {
  const std::string path = folder / "file";
  std::function<void()> change;
  SUBCASE("truncated") {
    change = [&] { REQUIRE(::truncate(path.c_str(), 1'200'000) == 0); };
  }
  SUBCASE("emptied") {
    change = [&] { REQUIRE(::truncate(path.c_str(), 0) == 0); };
  }
  SUBCASE("grown") {
    change = [&] { std::ofstream(path, std::ios::app) << "more"; };
  }
  SUBCASE("overwritten in its size") {
    change = [&] { std::fstream(path, std::ios::in | std::ios::out) << "other"; };
  }
  SUBCASE("replaced by a file of its size") {
    change = [&] {
      write("new", noise(content.size(), 2));
      REQUIRE(::rename((folder / "new").c_str(), path.c_str()) == 0);
    };
  }
  SUBCASE("removed") {
    change = [&] { REQUIRE(::unlink(path.c_str()) == 0); };
  }
  SUBCASE("given other rights") {
    change = [&] { REQUIRE(::chmod(path.c_str(), 0600) == 0); };
  }
  SUBCASE("given another name") {
    change = [&] { REQUIRE(::link(path.c_str(), (folder / "name").c_str()) == 0); };
  }
  SUBCASE("made a hole of") {
    change = [&] {
      REQUIRE(::truncate(path.c_str(), 0) == 0);
      REQUIRE(::truncate(path.c_str(), 2'500'000) == 0);
    };
  }
  const std::array<Moment, 6> moments{{{"open", 1},
                                       {"file status", 1},
                                       {"next_data", 1},
                                       {"read_at", 1},
                                       {"read_at", 2},
                                       {"file status", 2}}};
  for (const Moment& moment : moments) {
    CAPTURE(moment.call);
    CAPTURE(moment.number);
    ::unlink(path.c_str());
    ::unlink((folder / "name").c_str());
    write("file", content);
    walked.status = tree->status("file").value();
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    const auto end = read(moment.call, moment.number, change);
    REQUIRE(end);
    CHECK(*end == ReadEnd::moving);
  }
}

TEST_CASE_FIXTURE(Fixture, "read file: what is no regular file any more is moving") {
  const std::string path = folder / "file";
  const auto end = read("open", 1, [&] {
    REQUIRE(::unlink(path.c_str()) == 0);
    SUBCASE("gone") {}
    SUBCASE("a directory") {
      REQUIRE(::mkdir(path.c_str(), 0755) == 0);
    }
    SUBCASE("a pipe") {
      REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    }
    SUBCASE("a link") {
      REQUIRE(::symlink("/etc/passwd", path.c_str()) == 0);
    }
  });
  REQUIRE(end);
  CHECK(*end == ReadEnd::moving);
  CHECK(taken.empty());
}

TEST_CASE_FIXTURE(Fixture, "read file: an error of any call, and of the taker, is the result") {
  Fault fault{0, EIO, false};
  std::string buffer;
  const auto take = [](auto, auto) { return core::Result<void>(); };
  for (fault.number = 1;; ++fault.number) {
    fault.calls = 0;
    HookedTree faulty(*tree, fault.hook());
    const auto end = mounts::read_file(faulty, walked, buffer, take);
    if (!fault.hit()) {
      CHECK(end.value() == ReadEnd::whole);
      break;
    }
    CAPTURE(fault.number);
    REQUIRE_FALSE(end);
    CHECK(end.error().kind == core::ErrorKind::internal);
  }
  CHECK(fault.number > 6);
  const auto refused = mounts::read_file(*tree, walked, buffer, [](auto, auto) {
    return core::Result<void>(core::fail(core::ErrorKind::unavailable, "no network"));
  });
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message == "no network");
}
