#include "mounts/assemble.hpp"

#include <algorithm>
#include <utility>

namespace buildcache::mounts {

namespace {

std::vector<bool> numbers_in_use(const std::vector<Entry>& entries, std::size_t numbers) {
  std::vector<bool> used(numbers);
  for (const Entry& entry : entries) {
    for (const Run& run : entry.runs) {
      for (std::uint32_t number = run.first; number < run.first + run.count; ++number) {
        used[number] = true;
      }
    }
  }
  return used;
}

// Packs in their final order, and the final number of each chunk.
struct Packed {
  std::vector<Pack> packs;
  std::vector<std::uint32_t> final_number;
  std::uint32_t count = 0;

  void take(Pack pack, const std::vector<std::uint32_t>& numbers, const std::vector<bool>& used) {
    if (std::ranges::none_of(numbers, [&](std::uint32_t number) { return used[number]; })) {
      return;
    }
    for (const std::uint32_t number : numbers) {
      final_number[number] = count++;
    }
    packs.push_back(std::move(pack));
  }
};

std::vector<Run> renumbered(const Entry& entry,
                            const Packed& packed,
                            const std::vector<std::uint32_t>& sizes) {
  std::vector<Run> runs;
  std::uint64_t end = 0;  // of the last run's bytes
  for (const Run& run : entry.runs) {
    std::uint64_t offset = run.offset;
    for (std::uint32_t number = run.first; number < run.first + run.count; ++number) {
      const std::uint32_t chunk = packed.final_number[number];
      if (!runs.empty() && end == offset && runs.back().first + runs.back().count == chunk) {
        ++runs.back().count;
      } else {
        runs.push_back({offset, chunk, 1});
      }
      offset += sizes[number];
      end = offset;
    }
  }
  return runs;
}

}  // namespace

Index assemble(const Index& base,
               std::vector<NewPack> added,
               std::vector<Entry> entries,
               const std::vector<std::uint32_t>& sizes) {
  const std::vector<bool> used = numbers_in_use(entries, sizes.size());
  Packed packed{{}, std::vector<std::uint32_t>(sizes.size()), 0};
  std::uint32_t first = 0;
  for (const Pack& pack : base.packs) {
    std::vector<std::uint32_t> numbers(pack.chunks.size());
    std::ranges::generate(numbers, [&first] { return first++; });
    packed.take(pack, numbers, used);
  }
  for (NewPack& one : added) {
    packed.take(std::move(one.pack), one.numbers, used);
  }
  for (Entry& entry : entries) {
    entry.runs = renumbered(entry, packed, sizes);
  }
  return {std::move(packed.packs), std::move(entries)};
}

}  // namespace buildcache::mounts
