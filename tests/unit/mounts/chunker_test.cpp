#include "mounts/chunker.hpp"

#include "sample_tree.hpp"

#include <doctest/doctest.h>

#include <set>
#include <vector>

using namespace buildcache::mounts;
using buildcache::mounts_test::noise;

namespace {

std::vector<std::string> chunks_of(std::string_view bytes) {
  std::vector<std::string> chunks;
  while (!bytes.empty()) {
    const std::size_t size = next_chunk(bytes);
    chunks.emplace_back(bytes.substr(0, size));
    bytes.remove_prefix(size);
  }
  return chunks;
}

}  // namespace

TEST_CASE("chunker: sizes stay in their bounds, around the usual one") {
  const std::string bytes = noise(20'000'000, 1);
  const auto chunks = chunks_of(bytes);
  std::string joined;
  for (std::size_t i = 0; i < chunks.size(); ++i) {
    CHECK(chunks[i].size() <= kMostChunk);
    CHECK((i + 1 == chunks.size() || chunks[i].size() > kLeastChunk));
    joined += chunks[i];
  }
  CHECK(joined == bytes);
  CHECK(chunks.size() > bytes.size() / (2 * kUsualChunk));
  CHECK(chunks.size() < bytes.size() / (kUsualChunk / 2));
}

TEST_CASE("chunker: zeros are cut at the largest size") {
  CHECK(next_chunk(std::string(kMostChunk, '\0')) == kMostChunk);
  CHECK(next_chunk("short") == 5);
  CHECK(next_chunk("") == 0);
}

TEST_CASE("chunker: an insertion moves few chunks") {
  std::string bytes = noise(10'000'000, 2);
  const auto before = chunks_of(bytes);
  const std::set<std::string> known(before.begin(), before.end());
  bytes.insert(5'000'000, "inserted");
  std::size_t unknown = 0;
  for (const std::string& chunk : chunks_of(bytes)) {
    unknown += known.contains(chunk) ? 0 : 1;
  }
  CHECK(unknown >= 1);
  CHECK(unknown <= 4);
}
