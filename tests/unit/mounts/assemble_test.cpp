#include "mounts/assemble.hpp"

#include <doctest/doctest.h>

using namespace buildcache;
using namespace buildcache::mounts;

namespace {

// A pack of chunks of ten bytes each, known by the pack's name and their place in it.
Pack pack(const std::string& name, std::size_t chunks) {
  Pack pack{core::Digest::of(name), chunks, {{static_cast<std::uint32_t>(chunks), 1}}, {}};
  pack.frames[0].chunks = static_cast<std::uint32_t>(chunks);
  for (std::size_t i = 0; i < chunks; ++i) {
    pack.chunks.push_back(
        {{static_cast<unsigned char>(name[0]), static_cast<unsigned char>(i)}, 10});
  }
  return pack;
}

Entry file(const std::string& path, std::vector<Run> runs) {
  return {path, EntryKind::file, {}, 1000, std::move(runs)};
}

std::vector<std::uint32_t> tens(std::size_t count) {
  return std::vector<std::uint32_t>(count, 10);
}

}  // namespace

TEST_CASE("assemble: packs nobody uses are left out, and the rest numbered anew") {
  const Index base{{pack("a", 2), pack("b", 2), pack("c", 2)}, {}};
  const Index index = assemble(base, {}, {file("x", {{0, 4, 2}}), file("y", {{0, 1, 1}})}, tens(6));
  CHECK(index.packs == std::vector<Pack>{pack("a", 2), pack("c", 2)});
  CHECK(index.entries[0].runs == std::vector<Run>{{0, 2, 2}});
  CHECK(index.entries[1].runs == std::vector<Run>{{0, 1, 1}});
}

TEST_CASE(
    "assemble: new packs come behind those of the base, whatever order chunks were numbered in") {
  const Index base{{pack("a", 1)}, {}};
  const std::vector<NewPack> added{{pack("n", 2), {3, 1}}, {pack("m", 1), {2}}};
  const Index index =
      assemble(base, added, {file("x", {{0, 1, 1}, {10, 2, 1}, {20, 3, 1}, {30, 0, 1}})}, tens(4));
  CHECK(index.packs == std::vector<Pack>{pack("a", 1), pack("n", 2), pack("m", 1)});
  CHECK(index.entries[0].runs == std::vector<Run>{{0, 2, 2}, {20, 1, 1}, {30, 0, 1}});
}

TEST_CASE("assemble: runs that follow each other become one, but not over a hole") {
  const Index base{{pack("a", 4)}, {}};
  const auto runs = [&](std::vector<Run> given) {
    return assemble(base, {}, {file("x", std::move(given))}, tens(4)).entries[0].runs;
  };
  CHECK(runs({{0, 0, 1}, {10, 1, 1}, {20, 2, 2}}) == std::vector<Run>{{0, 0, 4}});
  CHECK(runs({{0, 0, 1}, {11, 1, 1}}) == std::vector<Run>{{0, 0, 1}, {11, 1, 1}});
  CHECK(runs({{0, 0, 1}, {10, 0, 1}}) == std::vector<Run>{{0, 0, 1}, {10, 0, 1}});
  CHECK(runs({{5, 2, 2}, {25, 0, 2}}) == std::vector<Run>{{5, 2, 2}, {25, 0, 2}});
  CHECK(runs({}).empty());
}

TEST_CASE("assemble: nothing in use leaves no pack") {
  const Index base{{pack("a", 4)}, {}};
  const Index index = assemble(base, {{pack("n", 1), {4}}}, {file("x", {})}, tens(5));
  CHECK(index.packs.empty());
  CHECK(index.entries.size() == 1);
}
