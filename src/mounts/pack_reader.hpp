// The frames of a pack, one after the other.
#pragma once

#include "core/result.hpp"
#include "mounts/index.hpp"
#include "mounts/transfer.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>

namespace buildcache::mounts {

// `first` is the frame's first chunk, counted within the pack; `content` are its chunks' bytes.
// An error ends the reading.
using TakeFrame = std::function<core::Result<void>(
    const Frame& frame, std::uint32_t first, std::string_view content)>;

// Hands each frame of `bytes` to `take`. Chunks are not verified.
// Errors: bad_response (not as large as the index says, no frames), and those of `take`.
core::Result<void> read_pack(const Pack& pack, std::string_view bytes, const TakeFrame& take);

// Fetches every pack, `workers` at a time, and verifies every chunk.
// Errors: those of `fetch`, bad_response.
core::Result<void> verify_packs(const Index& index, const FetchBlob& fetch, std::size_t workers);

}  // namespace buildcache::mounts
