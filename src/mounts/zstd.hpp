// zstd frames, bounded in both directions.
#pragma once

#include "core/result.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace buildcache::mounts {

inline constexpr int kUsualLevel = 3;

// Compresses into frames that carry their size and a checksum. One thread at a time.
class Compressor {
 public:
  explicit Compressor(int level = kUsualLevel);
  Compressor(const Compressor&) = delete;
  Compressor& operator=(const Compressor&) = delete;
  ~Compressor();

  // Appends `bytes` as one frame to `into` and returns the frame's size.
  std::size_t append(std::string_view bytes, std::string& into);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Appends a frame without content that holds `text`, which zstd passes over. Returns its size.
std::size_t append_skipped(std::string_view text, std::string& into);

// One thread at a time.
class Decompressor {
 public:
  Decompressor();
  Decompressor(const Decompressor&) = delete;
  Decompressor& operator=(const Decompressor&) = delete;
  ~Decompressor();

  // Returns the content of one frame, valid until the next call; frames that zstd passes over may
  // follow it. Nothing is unpacked before the frame's header was seen to promise `size` bytes.
  // Errors: bad_response.
  core::Result<std::string_view> frame(std::string_view bytes, std::size_t size);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Returns the content of one frame of at most `limit` bytes. Errors: bad_response.
core::Result<std::string> decompress(std::string_view bytes, std::size_t limit);

}  // namespace buildcache::mounts
