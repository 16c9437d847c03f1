#include "mounts/index_codec.hpp"

#include "mounts/zstd.hpp"

#include <doctest/doctest.h>

using namespace buildcache;
using namespace buildcache::mounts;

namespace {

Entry directory(const std::string& path) {
  return {path, EntryKind::directory, {0755, 0, 0, {1, 2}, {}}};
}

Entry file(const std::string& path, std::uint64_t size, std::vector<Run> runs) {
  return {path, EntryKind::file, {0644, 1, 2, {3, 4}, {}}, size, std::move(runs)};
}

Index sample() {
  Index index;
  index.packs = {
      {core::Digest::of("one"), 30, {{10, 1}, {20, 2}}, {{{1}, 100}, {{2}, 50}, {{3}, 7}}},
      {core::Digest::of("two"), 5, {{5, 1}}, {{{4}, 9}}}};
  index.entries = {directory(""),
                   directory("a"),
                   file("a/b", 157, {{0, 0, 3}}),
                   file("a.txt", 1009, {{1000, 3, 1}}),
                   file("empty", 0, {})};
  index.entries[2].attributes.xattrs = {{"user.x", std::string("\0\1", 2)}};
  Entry symlink{"link", EntryKind::symlink, {0777, 0, 0, {-9, 999'999'999}, {}}};
  symlink.link_target = "../../etc/passwd";
  index.entries.push_back(symlink);
  Entry hard_link{"zz", EntryKind::hard_link};
  hard_link.same_as = 2;
  index.entries.push_back(hard_link);
  return index;
}

// Encodes an index as an attacker would, and returns why it is not taken.
std::string refusal(const Index& index) {
  const auto decoded = decode(encode(index));
  return decoded ? "taken" : decoded.error().message;
}

}  // namespace

TEST_CASE("index: comes back as it was, in the same bytes") {
  const Index index = sample();
  const auto decoded = decode(encode(index));
  REQUIRE(decoded);
  CHECK(*decoded == index);
  CHECK(encode(*decoded) == encode(index));
}

TEST_CASE("index: every cut and every flipped byte is an error or a valid index") {
  const std::string bytes = encode(sample());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    CHECK_FALSE(decode(bytes.substr(0, i)));
    std::string flipped = bytes;
    flipped[i] = static_cast<char>(flipped[i] ^ 0x41);
    CHECK_FALSE(decode(flipped));
  }
}

TEST_CASE("index: places outside of the mount, or in no order") {
  for (const std::string_view path :
       {"/etc", "../x", "a/../x", "a//x", ".", "a/.", "", "a/b/c", "missing/x", "a/b"}) {
    CAPTURE(path);
    Index index = sample();
    index.entries.resize(3);
    index.entries.push_back(file(std::string(path), 0, {}));
    CHECK(refusal(index).find("is not a place in the mount") != std::string::npos);
  }
  Index nul = sample();
  nul.entries.push_back(file(std::string("zzz\0z", 5), 0, {}));
  CHECK(refusal(nul) != "taken");
  Index through_link = sample();
  through_link.entries.insert(through_link.entries.end() - 1, file("link/x", 0, {}));
  CHECK(refusal(through_link) != "taken");
  Index no_root = sample();
  no_root.entries.erase(no_root.entries.begin());
  CHECK(refusal(no_root) != "taken");
  CHECK(refusal({}) != "taken");
}

TEST_CASE("index: content that is not there, or more than a file holds") {
  const auto with_runs = [](std::vector<Run> runs, std::uint64_t size) {
    Index index = sample();
    index.entries[2].runs = std::move(runs);
    index.entries[2].size = size;
    return refusal(index);
  };
  CHECK(with_runs({{0, 0, 4}}, 166) == "taken");
  CHECK(with_runs({{0, 0, 5}}, 1000) != "taken");
  CHECK(with_runs({{0, 4, 1}}, 1000) != "taken");
  CHECK(with_runs({{0, 0, 0}}, 1000) != "taken");
  CHECK(with_runs({{0, 0, 3}}, 156) != "taken");
  CHECK(with_runs({{~std::uint64_t{0}, 0, 1}}, 1000) != "taken");
  CHECK(with_runs({{100, 0, 1}, {0, 1, 1}}, 1000) != "taken");
  CHECK(with_runs({{0, 0, 1}, {50, 1, 1}}, 1000) != "taken");
  CHECK(with_runs({}, ~std::uint64_t{0}) != "taken");
}

TEST_CASE("index: a bomb of files that share one chunk is refused") {
  Index index = sample();
  index.packs = {{core::Digest::of("x"), 10, {{10, 1}}, {{{1}, 4U << 20U}}}};
  index.entries = {directory("")};
  for (int i = 0; i < 70'000; ++i) {
    index.entries.push_back(file("f" + std::to_string(1'000'000 + i), 4U << 20U, {{0, 0, 1}}));
  }
  CHECK(refusal(index).find("more than is taken") != std::string::npos);
}

TEST_CASE("index: a bomb of files that use tiny chunks again and again is refused") {
  Index index = sample();
  index.packs = {{core::Digest::of("x"), 10, {{10, 10'000}}, {}}};
  index.packs[0].chunks.resize(10'000, {{1}, 1});
  std::vector<Run> runs;
  for (std::uint64_t i = 0; i <= kMostUses / 10'000; ++i) {
    runs.push_back({i * 10'000, 0, 10'000});
  }
  index.entries = {directory(""), file("f", kMostUses + 10'000, runs)};
  CHECK(refusal(index).find("more than is taken") != std::string::npos);
  index.entries[1].runs.pop_back();
  CHECK(refusal(index) == "taken");
}

TEST_CASE("index: a pack, a frame or a chunk of nothing") {
  Index index = sample();
  index.packs.push_back({core::Digest::of(""), 0, {}, {}});
  CHECK(refusal(index) != "taken");
  index = sample();
  index.packs[0].chunks[2].size = 0;
  index.entries[2].size = 150;
  CHECK(refusal(index) != "taken");
}

TEST_CASE("index: packs whose frames do not make them up") {
  Index index = sample();
  index.packs[0].size = 31;
  CHECK(refusal(index) != "taken");
  index = sample();
  index.packs[0].frames[1].chunks = 1;
  CHECK(refusal(index) != "taken");
  for (const std::uint32_t chunks : {0U, 2U, 0xffffffffU}) {
    index = sample();
    index.packs[1].frames[0].chunks = chunks;
    CHECK(refusal(index) != "taken");
  }
  index = sample();
  index.packs[1].chunks[0].size = 5U << 20U;
  CHECK(refusal(index) != "taken");
}

TEST_CASE("index: links and attributes that cannot be") {
  Index index = sample();
  index.entries.back().same_as = 1;
  CHECK(refusal(index) != "taken");
  index = sample();
  index.entries.back().same_as = 100;
  CHECK(refusal(index) != "taken");
  index = sample();
  index.entries[2].attributes.mode = 0100644;
  CHECK(refusal(index) != "taken");
  index = sample();
  index.entries[2].attributes.modified.nanoseconds = 1'000'000'000;
  CHECK(refusal(index) != "taken");
  index = sample();
  index.entries[2].attributes.xattrs = {{"security.capability", "x"}};
  CHECK(refusal(index) != "taken");
  index = sample();
  index.entries[2].attributes.xattrs = {{"user.", "x"}};
  CHECK(refusal(index) != "taken");
  index = sample();
  index.entries[2].attributes.xattrs.resize(100'000);  // a count that would take 32 times its bytes
  CHECK(refusal(index).find("garbled") != std::string::npos);
  index = sample();
  index.entries[5].link_target = "";
  CHECK(refusal(index) != "taken");
}

TEST_CASE("index: set-id bits of files are taken away") {
  Index index = sample();
  index.entries[1].attributes.mode = 02775;
  index.entries[2].attributes.mode = 06755;
  const auto decoded = decode(encode(index));
  REQUIRE(decoded);
  CHECK(decoded->entries[1].attributes.mode == 02775);
  CHECK(decoded->entries[2].attributes.mode == 0755);
}

TEST_CASE("index: another version or a decompression bomb is not unpacked") {
  CHECK_FALSE(decode("BCMOUNT2xxxx"));
  CHECK_FALSE(decode(""));
  std::string bomb = "BCMOUNT1";
  Compressor().append(std::string(kMostIndexContent + 1, 'x'), bomb);
  CHECK(bomb.size() < 100'000);
  CHECK_FALSE(decode(bomb));
}
