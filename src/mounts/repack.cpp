#include "mounts/repack.hpp"

#include "mounts/pack_builder.hpp"

#include <algorithm>
#include <cstdint>
#include <numeric>

namespace buildcache::mounts {

namespace {

constexpr std::size_t kManySmall = 32;
constexpr std::uint64_t kSmallPack = kUsualPack / 4;
constexpr std::uint64_t kShare = 5;  // a fifth of what is in use

struct Use {
  std::uint64_t live = 0;   // bytes of chunks in use
  std::uint64_t whole = 0;  // bytes of all its chunks
};

std::vector<bool> chunks_in_use(const Index& base,
                                const std::vector<bool>& kept,
                                std::size_t chunks) {
  std::vector<bool> used(chunks);
  for (std::size_t i = 0; i < base.entries.size(); ++i) {
    for (const Run& run : base.entries[i].runs) {
      for (std::uint32_t chunk = run.first; kept[i] && chunk < run.first + run.count; ++chunk) {
        used[chunk] = true;
      }
    }
  }
  return used;
}

std::vector<Use> uses_of(const Index& base, const std::vector<bool>& kept) {
  std::size_t chunks = 0;
  for (const Pack& pack : base.packs) {
    chunks += pack.chunks.size();
  }
  const std::vector<bool> used = chunks_in_use(base, kept, chunks);
  std::vector<Use> uses;
  std::size_t number = 0;
  for (const Pack& pack : base.packs) {
    Use use;
    for (const Chunk& chunk : pack.chunks) {
      use.whole += chunk.size;
      use.live += used[number++] ? chunk.size : 0;
    }
    uses.push_back(use);
  }
  return uses;
}

}  // namespace

std::vector<bool> packs_to_leave(const Index& base, const std::vector<bool>& kept) {
  const std::vector<Use> uses = uses_of(base, kept);
  std::uint64_t live = 0;
  std::size_t small = 0;
  for (std::size_t i = 0; i < uses.size(); ++i) {
    live += uses[i].live;
    small += base.packs[i].size < kSmallPack ? 1 : 0;
  }
  std::vector<std::size_t> order(uses.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t pack) { return uses[pack].live; });
  std::vector<bool> leave(uses.size());
  std::uint64_t spent = 0;
  for (const std::size_t pack : order) {
    const Use& use = uses[pack];
    const bool wasteful = use.live > 0 && use.live * 2 < use.whole;
    const bool crumb = small > kManySmall && base.packs[pack].size < kSmallPack;
    if ((wasteful || crumb) && (spent + use.live) * kShare <= live) {
      leave[pack] = true;
      spent += use.live;
    }
  }
  return leave;
}

}  // namespace buildcache::mounts
