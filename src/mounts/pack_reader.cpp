#include "mounts/pack_reader.hpp"

#include "mounts/chunk_hash.hpp"
#include "mounts/first_failure.hpp"
#include "mounts/zstd.hpp"
#include "sys/parallel.hpp"

namespace buildcache::mounts {

namespace {

using core::Result;

Result<void> verify_pack(const Pack& pack, std::string_view bytes) {
  return read_pack(
      pack,
      bytes,
      [&pack](const Frame& frame, std::uint32_t first, std::string_view content) -> Result<void> {
        for (std::uint32_t i = first; i < first + frame.chunks; ++i) {
          const Chunk& chunk = pack.chunks[i];
          if (auto verified = verify_chunk(chunk, content.substr(0, chunk.size)); !verified) {
            return verified;
          }
          content.remove_prefix(chunk.size);
        }
        return {};
      });
}

}  // namespace

Result<void> read_pack(const Pack& pack, std::string_view bytes, const TakeFrame& take) {
  if (bytes.size() != pack.size) {
    return core::fail(core::ErrorKind::bad_response, "a pack is not as large as the index says");
  }
  Decompressor decompressor;
  std::uint32_t first = 0;
  for (const Frame& frame : pack.frames) {
    std::size_t size = 0;
    for (std::uint32_t i = 0; i < frame.chunks; ++i) {
      size += pack.chunks[first + i].size;
    }
    const auto content = decompressor.frame(bytes.substr(0, frame.compressed), size);
    if (!content) {
      return tl::unexpected(content.error());
    }
    if (auto taken = take(frame, first, *content); !taken) {
      return taken;
    }
    bytes.remove_prefix(frame.compressed);
    first += frame.chunks;
  }
  return {};
}

Result<void> verify_packs(const Index& index, const FetchBlob& fetch, std::size_t workers) {
  FirstFailure failure;
  sys::for_each_parallel(index.packs.size(), workers, [&](std::size_t i) {
    if (failure.failed()) {
      return;
    }
    const Pack& pack = index.packs[i];
    const auto bytes = fetch(pack.digest, pack.size);
    failure.note(bytes ? verify_pack(pack, *bytes) : tl::unexpected(bytes.error()));
  });
  return failure.result();
}

}  // namespace buildcache::mounts
