#include "mounts/pack_reader.hpp"

#include "mounts/save_tree.hpp"
#include "sample_tree.hpp"
#include "support/temporary_folder.hpp"
#include "sys/posix_files.hpp"

#include <doctest/doctest.h>

using namespace buildcache;
using namespace buildcache::mounts_test;

namespace {

struct Fixture {
  Fixture() {
    put(folder / "tree", "one", noise(700'000, 1));
    put(folder / "tree", "two", noise(2'000'000, 2));
    const auto tree = tree_at(folder / "tree");
    const mounts::Walk walked = mounts::walk(*tree, mounts::Excludes({})).value();
    const Base base;
    index =
        mounts::save_tree(*tree, {walked, base.index, base.state, 2}, blobs.store()).value().index;
  }

  [[nodiscard]] core::Result<void> verify() {
    return mounts::verify_packs(index, blobs.fetch(), 2);
  }

  sys_test::TemporaryFolder folder;
  Blobs blobs;
  mounts::Index index;
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "verify: whole packs") {
  REQUIRE(index.packs.size() == 1);
  CHECK(verify());
}

TEST_CASE_FIXTURE(Fixture, "verify: every fault is met") {
  std::string& pack = blobs.all.begin()->second;
  SUBCASE("gone") {
    blobs.all.clear();
  }
  SUBCASE("shorter") {
    pack.pop_back();
  }
  SUBCASE("longer") {
    pack += 'x';
  }
  SUBCASE("another byte") {
    pack[pack.size() / 2] = static_cast<char>(~pack[pack.size() / 2]);
  }
  SUBCASE("another hash in the index") {
    index.packs[0].chunks.back().hash[0] ^= 1U;
  }
  CHECK_FALSE(verify().has_value());
}
