// New packs: chunks that no pack has yet, in frames, stored as soon as a pack is full.
#pragma once

#include "core/result.hpp"
#include "mounts/index.hpp"
#include "mounts/transfer.hpp"
#include "mounts/zstd.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace buildcache::mounts {

inline constexpr std::size_t kFrameContent = 1U << 20U;  // a frame is closed when it has as much
inline constexpr std::size_t kUsualPack = 16U << 20U;    // a pack is closed when it has as much

// A pack that was stored, and the numbers its chunks were given when they were added.
struct NewPack {
  Pack pack;
  std::vector<std::uint32_t> numbers;  // one a chunk
};

// One thread at a time. Holds one pack and one frame in memory.
class PackBuilder {
 public:
  // `unlike_all`: no pack will have the digest of one there ever was.
  explicit PackBuilder(const StoreBlob& store, bool unlike_all = false)
      : store_(store), unlike_all_(unlike_all) {}

  // Errors of both: those of `store`.
  core::Result<void> add(const ChunkHash& hash, std::string_view bytes, std::uint32_t number);
  core::Result<std::vector<NewPack>> finish();

 private:
  void close_frame();
  core::Result<void> close_pack();

  const StoreBlob& store_;
  bool unlike_all_;
  Compressor compressor_;
  std::string frame_;  // content of the frame that is open
  std::uint32_t frame_chunks_ = 0;
  std::string bytes_;  // the open pack's frames
  std::vector<Frame> frames_;
  std::vector<Chunk> chunks_;
  std::vector<std::uint32_t> numbers_;
  std::vector<NewPack> done_;
};

}  // namespace buildcache::mounts
