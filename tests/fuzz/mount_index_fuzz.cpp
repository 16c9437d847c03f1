// Arbitrary bytes as the index of a cache mount: what is taken can be restored without harm and
// comes back the same. The first byte tells whether the rest is the blob, or its content that is
// still to be compressed: no fuzzer finds its way through zstd's checksum.
#include "mounts/index_codec.hpp"
#include "mounts/zstd.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace buildcache::mounts;

void require(bool holds) {
  if (!holds) {
    std::abort();
  }
}

std::string blob_of(std::string_view content) {
  std::string blob = "BCMOUNT1";
  Compressor(1).append(content, blob);
  return blob;
}

// What restoring relies on when it goes through a pack.
std::size_t chunks_of(const Pack& pack) {
  std::uint64_t chunks = 0;
  std::uint64_t bytes = 0;
  for (const Frame& frame : pack.frames) {
    chunks += frame.chunks;
    bytes += frame.compressed;
  }
  require(chunks == pack.chunks.size() && bytes == pack.size && bytes > 0);
  for (const Chunk& chunk : pack.chunks) {
    require(chunk.size > 0);
  }
  return pack.chunks.size();
}

void check_entry(const Index& index, std::size_t position, std::size_t chunks) {
  const Entry& entry = index.entries[position];
  require(!entry.path.starts_with('/') && entry.path.empty() == (position == 0));
  require(("/" + entry.path + "/").find("/../") == std::string::npos);
  require(entry.kind != EntryKind::file || (entry.attributes.mode & 06000U) == 0);
  require(entry.kind != EntryKind::hard_link ||
          (entry.same_as < position && index.entries[entry.same_as].kind == EntryKind::file));
  for (const Run& run : entry.runs) {
    require(std::uint64_t{run.first} + run.count <= chunks && run.offset <= entry.size);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (bytes.empty()) {
    return 0;
  }
  const std::string_view rest = bytes.substr(1);
  const auto index = decode(bytes[0] == 'c' ? blob_of(rest) : std::string(rest));
  if (!index) {
    require(index.error().kind == buildcache::core::ErrorKind::bad_response &&
            !index.error().message.empty());
    return 0;
  }
  std::size_t chunks = 0;
  for (const Pack& pack : index->packs) {
    chunks += chunks_of(pack);
  }
  for (std::size_t i = 0; i < index->entries.size(); ++i) {
    check_entry(*index, i, chunks);
  }
  const auto again = decode(encode(*index));
  require(again && *again == *index);
  return 0;
}
