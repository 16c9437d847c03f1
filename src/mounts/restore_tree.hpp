// Writes a generation into an empty mount.
#pragma once

#include "core/result.hpp"
#include "mounts/index.hpp"
#include "mounts/transfer.hpp"
#include "sys/tree.hpp"

#include <cstddef>
#include <cstdint>

namespace buildcache::mounts {

struct Restored {
  std::uint64_t entries = 0;
  std::uint64_t content = 0;  // bytes of all files
  std::uint64_t fetched = 0;  // bytes of packs
};

// `workers` threads fetch and unpack; at most as many packs and frames are in memory. Every chunk
// is verified before it is written. Errors: those of `fetch` and of the tree; bad_response (a pack
// that does not hold what the index says). The tree then holds a part of the generation. REQUIRES:
// `index` went through decode(), `tree` is empty.
core::Result<Restored> restore_tree(sys::Tree& tree,
                                    const Index& index,
                                    const FetchBlob& fetch,
                                    std::size_t workers);

}  // namespace buildcache::mounts
