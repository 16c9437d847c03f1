#include "mounts/wire.hpp"

#include <limits>

namespace buildcache::mounts {

namespace {

constexpr unsigned kBits = 7;
constexpr std::uint64_t kMore = 0x80;

}  // namespace

void WireWriter::number(std::uint64_t value) {
  while (value >= kMore) {
    bytes_ += static_cast<char>((value % kMore) | kMore);
    value >>= kBits;
  }
  bytes_ += static_cast<char>(value);
}

void WireWriter::signed_number(std::int64_t value) {
  const auto bits = static_cast<std::uint64_t>(value);
  number((bits << 1U) ^ (value < 0 ? ~std::uint64_t{0} : 0));
}

void WireWriter::text(std::string_view bytes) {
  number(bytes.size());
  bytes_ += bytes;
}

std::uint64_t WireReader::number() {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += kBits) {
    const std::string_view byte = raw(1);
    if (!ok_) {
      return 0;
    }
    const auto bits = static_cast<unsigned char>(byte[0]);
    if (shift == 63 && bits > 1) {
      break;
    }
    value |= (bits % kMore) << shift;
    if (bits < kMore) {
      return value;
    }
  }
  fail();
  return 0;
}

std::uint32_t WireReader::number32() {
  const std::uint64_t value = number();
  if (value > std::numeric_limits<std::uint32_t>::max()) {
    fail();
    return 0;
  }
  return static_cast<std::uint32_t>(value);
}

std::int64_t WireReader::signed_number() {
  const std::uint64_t bits = number();
  return static_cast<std::int64_t>((bits >> 1U) ^ (~(bits & 1U) + 1));
}

std::string_view WireReader::raw(std::size_t size) {
  if (!ok_ || size > rest_.size()) {
    fail();
    return {};
  }
  const std::string_view piece = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return piece;
}

std::string_view WireReader::text() {
  const std::uint64_t size = number();
  return raw(size);
}

std::size_t WireReader::count(std::size_t least) {
  const std::uint64_t value = number();
  if (value > rest_.size() / least) {
    fail();
    return 0;
  }
  return value;
}

}  // namespace buildcache::mounts
