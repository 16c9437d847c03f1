// Arbitrary bytes as the stat state of a mount: what is taken comes back the same. The first byte
// tells what the rest is: the blob, or (c) the content of its index, after its length in two bytes,
// and the states of entries; both are compressed here, since no fuzzer gets through zstd's
// checksum.
#include "mounts/stat_state.hpp"
#include "mounts/wire.hpp"
#include "mounts/zstd.hpp"

#include <algorithm>
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

std::string blob_of(std::string_view magic, std::string_view content) {
  std::string blob(magic);
  Compressor(1).append(content, blob);
  return blob;
}

std::string state_of(std::string_view bytes) {
  if (bytes.size() < 2) {
    return "";
  }
  const std::size_t length = static_cast<unsigned char>(bytes[0]) +
                             std::size_t{256} * static_cast<unsigned char>(bytes[1]);
  bytes.remove_prefix(2);
  WireWriter content;
  content.text(blob_of("BCMOUNT1", bytes.substr(0, length)));
  content.raw(bytes.substr(std::min(length, bytes.size())));
  return blob_of("BCSTATE1", content.take());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (bytes.empty()) {
    return 0;
  }
  const std::string_view rest = bytes.substr(1);
  const auto state = decode_state(bytes[0] == 'c' ? state_of(rest) : std::string(rest));
  if (!state) {
    require(state.error().kind == buildcache::core::ErrorKind::bad_response &&
            !state.error().message.empty());
    return 0;
  }
  require(state->entries.size() == state->index.entries.size());
  const auto again = decode_state(encode_state(*state));
  require(again && *again == *state);
  return 0;
}
