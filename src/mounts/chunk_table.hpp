// Numbers for chunks while a save runs: those of the base first, then new ones as they come.
#pragma once

#include "mounts/chunk_hash.hpp"
#include "mounts/index.hpp"

#include <cstdint>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace buildcache::mounts {

// Thread-safe.
class ChunkTable {
 public:
  // Chunks of packs that are `left_behind` (one a pack of the base) count as not there.
  ChunkTable(const Index& base, const std::vector<bool>& left_behind);

  struct Number {
    std::uint32_t number = 0;
    bool is_new = false;  // this caller has to store it
  };
  Number number_of(const ChunkHash& hash, std::uint32_t size);

  // Returns the sizes of all chunks by number; after all threads are done.
  [[nodiscard]] const std::vector<std::uint32_t>& sizes() const { return sizes_; }

 private:
  std::mutex mutex_;
  std::unordered_map<ChunkHash, std::uint32_t, HashOfChunkHash> numbers_;
  std::vector<std::uint32_t> sizes_;
};

}  // namespace buildcache::mounts
