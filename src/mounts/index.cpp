#include "mounts/index.hpp"

namespace buildcache::mounts {

std::uint64_t content_bytes(const Index& index) {
  std::uint64_t total = 0;
  for (const Entry& entry : index.entries) {
    total += entry.size;
  }
  return total;
}

}  // namespace buildcache::mounts
