#include "mounts/zstd.hpp"

#include <zstd.h>

#include <cstdint>
#include <new>

namespace buildcache::mounts {

using core::ErrorKind;

struct Compressor::State {
  std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> context{ZSTD_createCCtx(), ZSTD_freeCCtx};
};

Compressor::Compressor(int level) : state_(std::make_unique<State>()) {
  if (!state_->context) {
    throw std::bad_alloc();
  }
  ZSTD_CCtx_setParameter(state_->context.get(), ZSTD_c_compressionLevel, level);
  ZSTD_CCtx_setParameter(state_->context.get(), ZSTD_c_checksumFlag, 1);
}

Compressor::~Compressor() = default;

std::size_t Compressor::append(std::string_view bytes, std::string& into) {
  const std::size_t before = into.size();
  into.resize(before + ZSTD_compressBound(bytes.size()));
  // With room for the bound it fails for want of memory alone.
  const std::size_t size = ZSTD_compress2(state_->context.get(),
                                          into.data() + before,
                                          into.size() - before,
                                          bytes.data(),
                                          bytes.size());
  if (ZSTD_isError(size) != 0) {
    throw std::bad_alloc();
  }
  into.resize(before + size);
  return size;
}

std::size_t append_skipped(std::string_view text, std::string& into) {
  const std::size_t before = into.size();
  const auto append = [&into](std::uint32_t number) {
    for (int shift = 0; shift < 32; shift += 8) {
      into += static_cast<char>((number >> shift) & 0xFFU);
    }
  };
  append(ZSTD_MAGIC_SKIPPABLE_START);
  append(static_cast<std::uint32_t>(text.size()));
  into += text;
  return into.size() - before;
}

struct Decompressor::State {
  std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> context{ZSTD_createDCtx(), ZSTD_freeDCtx};
  std::string content;
};

Decompressor::Decompressor() : state_(std::make_unique<State>()) {
  if (!state_->context) {
    throw std::bad_alloc();
  }
}

Decompressor::~Decompressor() = default;

core::Result<std::string_view> Decompressor::frame(std::string_view bytes, std::size_t size) {
  if (ZSTD_getFrameContentSize(bytes.data(), bytes.size()) != size) {
    return core::fail(ErrorKind::bad_response, "a frame is not of the size the index gives");
  }
  state_->content.resize(size);
  const std::size_t got = ZSTD_decompressDCtx(
      state_->context.get(), state_->content.data(), size, bytes.data(), bytes.size());
  if (ZSTD_isError(got) != 0 || got != size) {
    return core::fail(ErrorKind::bad_response,
                      std::string("a frame cannot be decompressed: ") +
                          (ZSTD_isError(got) != 0 ? ZSTD_getErrorName(got) : "it is too short"));
  }
  return std::string_view(state_->content);
}

core::Result<std::string> decompress(std::string_view bytes, std::size_t limit) {
  const unsigned long long size = ZSTD_getFrameContentSize(bytes.data(), bytes.size());
  if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN || size > limit) {
    return core::fail(ErrorKind::bad_response,
                      "no zstd frame that tells its size, or a larger one than is taken");
  }
  Decompressor decompressor;
  const auto content = decompressor.frame(bytes, size);
  return content ? core::Result<std::string>(std::string(*content))
                 : tl::unexpected(content.error());
}

}  // namespace buildcache::mounts
