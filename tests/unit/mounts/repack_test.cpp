#include "mounts/repack.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace buildcache;
using namespace buildcache::mounts;

namespace {

// A pack of chunks of `size` bytes each.
Pack pack_of(std::size_t chunks, std::uint32_t size) {
  Pack pack{core::Digest::of(std::to_string(chunks)), 8U << 20U, {}, {}};
  pack.chunks.resize(chunks, Chunk{{}, size});
  return pack;
}

Entry file_of(std::uint32_t first, std::uint32_t count) {
  Entry entry{"file"};
  entry.runs = {{0, first, count}};
  return entry;
}

}  // namespace

TEST_CASE("repack: packs little used are left within the bound") {
  Index index;
  index.packs = {pack_of(10, 1000), pack_of(10, 1000), pack_of(10, 1000), pack_of(10, 1000)};
  // Pack 0 whole, pack 1 a tenth, pack 2 four tenths, pack 3 not at all.
  index.entries = {file_of(0, 10), file_of(10, 1), file_of(20, 4), file_of(30, 10)};
  const auto leave = packs_to_leave(index, {true, true, true, false});
  CHECK(leave == std::vector<bool>{false, true, false, false});
}

TEST_CASE("repack: many small packs become few, a part at a time") {
  Index index;
  for (std::uint32_t i = 0; i < 40; ++i) {
    index.packs.push_back(pack_of(1, 1000));
    index.packs.back().size = 900;
    index.entries.push_back(file_of(i, 1));
  }
  const auto leave = packs_to_leave(index, std::vector<bool>(40, true));
  CHECK(std::count(leave.begin(), leave.end(), true) == 8);
}
