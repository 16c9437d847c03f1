#include "mounts/chunk_hash.hpp"

#include <openssl/sha.h>

namespace buildcache::mounts {

ChunkHash hash_of(std::string_view bytes) {
  ChunkHash hash;
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), hash.data());
  return hash;
}

core::Result<void> verify_chunk(const Chunk& chunk, std::string_view bytes) {
  if (hash_of(bytes) != chunk.hash) {
    return core::fail(core::ErrorKind::bad_response,
                      "a pack holds other content than the index says");
  }
  return {};
}

}  // namespace buildcache::mounts
