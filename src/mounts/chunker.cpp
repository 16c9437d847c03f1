#include "mounts/chunker.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace buildcache::mounts {

namespace {

// Random numbers from a fixed seed: splitmix64 (Steele, Lea, Flood 2014).
constexpr std::array<std::uint64_t, 256> make_gear() {
  std::array<std::uint64_t, 256> gear{};
  std::uint64_t state = 0x6275696c64636163;  // "buildcac"
  for (std::uint64_t& value : gear) {
    state += 0x9e3779b97f4a7c15;
    std::uint64_t mixed = state;
    mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111eb;
    value = mixed ^ (mixed >> 31U);
  }
  return gear;
}

constexpr std::array<std::uint64_t, 256> kGear = make_gear();

// The hash's upper bits depend on the most bytes. 17 bits are 128 KiB; two more or fewer around it.
constexpr std::uint64_t upper_bits(unsigned count) {
  return ~std::uint64_t{0} << (64U - count);
}
constexpr std::uint64_t kStrict = upper_bits(19);
constexpr std::uint64_t kLax = upper_bits(15);

// Returns the first place in [from, to) behind which the mask wants a cut; `to` when there is none.
std::size_t find_cut(std::string_view bytes,
                     std::size_t from,
                     std::size_t to,
                     std::uint64_t mask,
                     std::uint64_t& hash) {
  for (std::size_t i = from; i < to; ++i) {
    hash = (hash << 1U) + kGear[static_cast<unsigned char>(bytes[i])];
    if ((hash & mask) == 0) {
      return i + 1;
    }
  }
  return to + 1;
}

}  // namespace

std::size_t next_chunk(std::string_view bytes) {
  if (bytes.size() <= kLeastChunk) {
    return bytes.size();
  }
  const std::size_t usual = std::min(bytes.size(), kUsualChunk);
  const std::size_t most = std::min(bytes.size(), kMostChunk);
  std::uint64_t hash = 0;
  std::size_t cut = find_cut(bytes, kLeastChunk, usual, kStrict, hash);
  if (cut > usual) {
    cut = find_cut(bytes, usual, most, kLax, hash);
  }
  return std::min(cut, most);
}

}  // namespace buildcache::mounts
