// The frames of packs: some threads fetch packs while others read those that have come.
#pragma once

#include "core/result.hpp"
#include "mounts/index.hpp"
#include "mounts/transfer.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

namespace buildcache::mounts {

// A frame's chunks and their bytes, which are not verified yet.
struct FrameContent {
  std::size_t pack = 0;      // its position in the index
  std::uint32_t first = 0;   // the frame's first chunk, counted within the pack
  std::uint32_t chunks = 0;  // how many there are
  std::string_view bytes;    // as long as the call lasts
};

// Called from several threads at once, in no order. An error ends the reading.
using TakeFrame = std::function<core::Result<void>(const FrameContent&)>;

struct PackReading {
  std::vector<std::size_t> packs;  // positions in the index, each once
  // Called once, also without packs, beside the first fetches; no frame is handed out before it has
  // returned.
  std::function<core::Result<void>()> prepare = [] { return core::Result<void>(); };
  TakeFrame take;
};

// Hands out every frame of these packs. `workers` threads fetch or read frames; at most as many
// packs, fetched or on their way, and as many frames are in memory. Chunks are not verified.
// Errors: bad_response (not as large as the index says, no frames), and those of `fetch`, `prepare`
// and `take`; the first one ends the reading as soon as nothing is on its way.
// REQUIRES: `index` went through decode().
core::Result<void> read_packs(const Index& index,
                              const PackReading& reading,
                              const FetchBlob& fetch,
                              std::size_t workers);

// Fetches every pack and verifies every chunk. Errors: those of `fetch`, bad_response.
// REQUIRES: `index` went through decode().
core::Result<void> verify_packs(const Index& index, const FetchBlob& fetch, std::size_t workers);

}  // namespace buildcache::mounts
