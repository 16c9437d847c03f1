// The hash chunks are known by.
#pragma once

#include "core/result.hpp"
#include "mounts/index.hpp"

#include <cstring>
#include <string_view>

namespace buildcache::mounts {

ChunkHash hash_of(std::string_view bytes);

// Errors: bad_response (these are not the chunk's bytes).
core::Result<void> verify_chunk(const Chunk& chunk, std::string_view bytes);

// For hash maps: the hash is as good as random.
struct HashOfChunkHash {
  std::size_t operator()(const ChunkHash& hash) const {
    std::size_t value = 0;
    std::memcpy(&value, hash.data(), sizeof value);
    return value;
  }
};

}  // namespace buildcache::mounts
