#include "mounts/chunk_table.hpp"

namespace buildcache::mounts {

ChunkTable::ChunkTable(const Index& base, const std::vector<bool>& left_behind) {
  for (std::size_t i = 0; i < base.packs.size(); ++i) {
    for (const Chunk& chunk : base.packs[i].chunks) {
      if (!left_behind[i]) {
        numbers_.emplace(chunk.hash, static_cast<std::uint32_t>(sizes_.size()));
      }
      sizes_.push_back(chunk.size);
    }
  }
}

ChunkTable::Number ChunkTable::number_of(const ChunkHash& hash, std::uint32_t size) {
  const std::lock_guard lock(mutex_);
  const auto [at, is_new] = numbers_.emplace(hash, static_cast<std::uint32_t>(sizes_.size()));
  if (is_new) {
    sizes_.push_back(size);
  }
  return {at->second, is_new};
}

}  // namespace buildcache::mounts
