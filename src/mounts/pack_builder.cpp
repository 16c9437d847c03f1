#include "mounts/pack_builder.hpp"

#include "sys/random.hpp"

#include <utility>

namespace buildcache::mounts {

core::Result<void> PackBuilder::add(const ChunkHash& hash,
                                    std::string_view bytes,
                                    std::uint32_t number) {
  frame_ += bytes;
  ++frame_chunks_;
  chunks_.push_back({hash, static_cast<std::uint32_t>(bytes.size())});
  numbers_.push_back(number);
  if (frame_.size() >= kFrameContent) {
    close_frame();
  }
  return bytes_.size() >= kUsualPack ? close_pack() : core::Result<void>();
}

core::Result<std::vector<NewPack>> PackBuilder::finish() {
  close_frame();
  if (auto closed = close_pack(); !closed) {
    return tl::unexpected(closed.error());
  }
  return std::move(done_);
}

void PackBuilder::close_frame() {
  if (frame_chunks_ > 0) {
    const std::size_t size = compressor_.append(frame_, bytes_);
    frames_.push_back({static_cast<std::uint32_t>(size), frame_chunks_});
    frame_.clear();
    frame_chunks_ = 0;
  }
}

core::Result<void> PackBuilder::close_pack() {
  if (chunks_.empty()) {
    return {};
  }
  close_frame();
  if (unlike_all_) {
    frames_.back().compressed +=
        static_cast<std::uint32_t>(append_skipped(sys::random_token(), bytes_));
  }
  const core::Digest digest = core::Digest::of(bytes_);
  if (auto stored = store_(digest, bytes_); !stored) {
    return stored;
  }
  done_.push_back(
      {{digest, bytes_.size(), std::move(frames_), std::move(chunks_)}, std::move(numbers_)});
  bytes_.clear();
  frames_.clear();
  chunks_.clear();
  numbers_.clear();
  return {};
}

}  // namespace buildcache::mounts
