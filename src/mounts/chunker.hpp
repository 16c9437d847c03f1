// Where a file is cut into chunks: by its content, so that an insertion moves few of them.
#pragma once

#include <cstddef>
#include <string_view>

namespace buildcache::mounts {

// Files up to this size are one chunk.
inline constexpr std::size_t kWholeFile = 256U << 10U;
inline constexpr std::size_t kLeastChunk = 32U << 10U;
inline constexpr std::size_t kUsualChunk = 128U << 10U;
inline constexpr std::size_t kMostChunk = 512U << 10U;

// Returns the length of the first chunk of `bytes`: all of them, or at least kLeastChunk and at
// most kMostChunk. REQUIRES: `bytes` reach kMostChunk or the end of the file's data.
//
// FastCDC with normalised chunking (Xia et al., USENIX ATC 2016): a gear hash, a stricter mask
// before the usual size and a laxer one behind it. The gear table is part of the format only as far
// as deduplication goes: other cuts are read as well.
std::size_t next_chunk(std::string_view bytes);

}  // namespace buildcache::mounts
