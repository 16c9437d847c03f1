#include "mounts/stat_state.hpp"

#include "mounts/index_codec.hpp"
#include "mounts/wire.hpp"
#include "mounts/zstd.hpp"

#include <doctest/doctest.h>

#include <limits>

using namespace buildcache;
using namespace buildcache::mounts;

namespace {

constexpr std::int64_t kFirst = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kLast = std::numeric_limits<std::int64_t>::max();

Index sample() {
  Index index;
  index.packs = {{core::Digest::of("one"), 10, {{10, 1}}, {{{1}, 100}}}};
  index.entries = {{"", EntryKind::directory, {0755, 0, 0, {1, 2}, {}}},
                   {"a", EntryKind::file, {0644, 1, 2, {3, 4}, {}}, 100, {{0, 0, 1}}},
                   {"b", EntryKind::file, {0644, 1, 2, {kFirst, 4}, {}}},
                   {"c", EntryKind::file, {0644, 1, 2, {kLast, 4}, {}}}};
  return index;
}

StatState sample_state() {
  return {sample(),
          {{7, {1'700'000'000, 5}},
           {~std::uint64_t{0}, {kFirst, 999'999'999}},
           {0, {kLast, 0}},
           {9, {kFirst, 1}}}};
}

// A stat state as somebody else would write it.
std::string written(const std::string& index, std::size_t states, std::string_view behind = "") {
  WireWriter out;
  out.text(index);
  for (std::size_t i = 0; i < states * 3; ++i) {
    out.number(2);
  }
  out.raw(behind);
  std::string bytes = "BCSTATE1";
  Compressor().append(out.take(), bytes);
  return bytes;
}

sys::FileStatus status_of(const Entry& entry, const EntryState& state) {
  sys::FileStatus status;
  status.kind = sys::FileKind::file;
  status.size = entry.size;
  status.modified = entry.attributes.modified;
  status.inode = state.inode;
  status.changed = state.changed;
  return status;
}

}  // namespace

TEST_CASE("stat state: comes back as it was, times and inodes at their ends too") {
  const auto decoded = decode_state(encode_state(sample_state()));
  REQUIRE(decoded);
  CHECK(*decoded == sample_state());
  CHECK(encode_state(*decoded) == encode_state(sample_state()));
}

TEST_CASE("stat state: every cut and every flipped byte is refused") {
  const std::string bytes = encode_state(sample_state());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    CAPTURE(i);
    CHECK_FALSE(decode_state(bytes.substr(0, i)));
    std::string flipped = bytes;
    flipped[i] = static_cast<char>(flipped[i] ^ 0x41);
    CHECK_FALSE(decode_state(flipped));
  }
}

TEST_CASE("stat state: exactly one state an entry, of an index that can be used") {
  const std::string index = encode(sample());
  CHECK(decode_state(written(index, 4)));
  Index bad = sample();
  bad.entries[1].path = "../a";
  for (const std::string& bytes : {written(index, 3),
                                   written(index, 5),
                                   written(index, 4, "x"),
                                   written(encode(bad), 4),
                                   written("", 0),
                                   std::string("BCSTATE2"),
                                   std::string()}) {
    const auto decoded = decode_state(bytes);
    REQUIRE_FALSE(decoded);
    CHECK(decoded.error().kind == core::ErrorKind::bad_response);
  }
  std::string bomb = "BCSTATE1";
  Compressor().append(std::string(kMostIndexContent + 1, 'x'), bomb);
  CHECK_FALSE(decode_state(bomb));
}

TEST_CASE("stat state: what the walk does not have, or has of another kind, matches nothing") {
  const Index index = sample();
  Walk walk;
  const auto walked = [&](const char* path, sys::FileKind kind, std::uint64_t inode) {
    sys::FileStatus status;
    status.kind = kind;
    status.inode = inode;
    status.changed = {10, 11};
    walk.entries.push_back({path, status});
  };
  walked("", sys::FileKind::directory, 1);
  walked("a", sys::FileKind::file, 2);
  walked("b", sys::FileKind::symlink, 3);
  walked("other", sys::FileKind::file, 4);
  const StatState state = state_of(index, walk);
  CHECK(state.index == index);
  CHECK(state.entries == std::vector<EntryState>{{1, {10, 11}}, {2, {10, 11}}, {}, {}});
}

TEST_CASE("stat state: unchanged is what kept inode, size and both times, and is a file") {
  const StatState state = sample_state();
  const Entry& entry = state.index.entries[1];
  const sys::FileStatus same = status_of(entry, state.entries[1]);
  CHECK(unchanged(entry, state.entries[1], same));
  const auto differs = [&](auto change) {
    sys::FileStatus now = same;
    change(now);
    return !unchanged(entry, state.entries[1], now);
  };
  CHECK(differs([](auto& now) { ++now.size; }));
  CHECK(differs([](auto& now) { ++now.inode; }));
  CHECK(differs([](auto& now) { ++now.modified.seconds; }));
  CHECK(differs([](auto& now) { ++now.modified.nanoseconds; }));
  CHECK(differs([](auto& now) { ++now.changed.seconds; }));
  CHECK(differs([](auto& now) { --now.changed.nanoseconds; }));
  CHECK(differs([](auto& now) { now.kind = sys::FileKind::symlink; }));
  CHECK_FALSE(unchanged(state.index.entries[0], state.entries[1], same));
  Entry hard_link = entry;
  hard_link.kind = EntryKind::hard_link;
  CHECK_FALSE(unchanged(hard_link, state.entries[1], same));
}
