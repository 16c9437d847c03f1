// Puts a new index together from packs used again and new ones.
#pragma once

#include "mounts/index.hpp"
#include "mounts/pack_builder.hpp"

#include <cstdint>
#include <vector>

namespace buildcache::mounts {

// `entries` have runs in the numbers of a save (ChunkTable): the base's chunks, then new ones;
// `sizes` are the chunks' sizes by these numbers. Packs that no entry uses are left out.
Index assemble(const Index& base,
               std::vector<NewPack> added,
               std::vector<Entry> entries,
               const std::vector<std::uint32_t>& sizes);

}  // namespace buildcache::mounts
