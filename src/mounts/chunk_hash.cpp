#include "mounts/chunk_hash.hpp"

#include <openssl/sha.h>

namespace buildcache::mounts {

ChunkHash hash_of(std::string_view bytes) {
  ChunkHash hash;
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), hash.data());
  return hash;
}

}  // namespace buildcache::mounts
