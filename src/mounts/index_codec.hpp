// The index as a blob.
#pragma once

#include "core/result.hpp"
#include "mounts/index.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace buildcache::mounts {

// What an index is taken up to. They are far beyond what caches have; behind them lie mistakes and
// attacks.
inline constexpr std::size_t kMostIndexBytes = 64U << 20U;     // as stored
inline constexpr std::size_t kMostIndexContent = 256U << 20U;  // decompressed
inline constexpr std::size_t kMostEntries = 2'000'000;
inline constexpr std::size_t kMostFrameContent = 4U << 20U;
inline constexpr std::uint64_t kMostPackBytes = 96U << 20U;
inline constexpr std::uint64_t kMostUses = 10'000'000;                    // chunks of all files
inline constexpr std::uint64_t kMostContent = std::uint64_t{256} << 30U;  // of all files

// The same index gives the same bytes.
std::string encode(const Index& index);

// Returns an index of which everything that restoring relies on is true: paths are relative, have
// no "." or "..", come in order below directories that come before them; frames make up their
// packs, and neither they nor chunks are empty; runs lie in their files
// and name chunks that exist; hard links name files before them; set-id bits of files are gone.
// Errors: bad_response, saying what is wrong with it.
core::Result<Index> decode(std::string_view bytes);

}  // namespace buildcache::mounts
