// What one generation of a cache mount holds: every entry with its attributes, and where the
// content of files lies in packs. Plain data; docs/mounts.md describes it.
#pragma once

#include "core/digest.hpp"
#include "sys/tree.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace buildcache::mounts {

using ChunkHash = std::array<unsigned char, 32>;  // SHA-256 of the chunk's bytes

struct Chunk {
  ChunkHash hash{};
  std::uint32_t size = 0;
  bool operator==(const Chunk&) const = default;
};

// Consecutive chunks of a pack, compressed together as one zstd frame.
struct Frame {
  std::uint32_t compressed = 0;  // bytes
  std::uint32_t chunks = 0;
  bool operator==(const Frame&) const = default;
};

// A blob of frames, one after the other and nothing else: `zstd -d` reads it.
struct Pack {
  core::Digest digest;
  std::uint64_t size = 0;
  std::vector<Frame> frames;
  std::vector<Chunk> chunks;  // in the order in which they lie in the frames
  bool operator==(const Pack&) const = default;
};

// A part of a file: `count` consecutive chunks, from chunk `first` of all packs' chunks counted
// through, whose bytes begin at `offset`. What no run covers is a hole.
struct Run {
  std::uint64_t offset = 0;
  std::uint32_t first = 0;
  std::uint32_t count = 0;
  bool operator==(const Run&) const = default;
};

enum class EntryKind : std::uint8_t { file, directory, symlink, hard_link };

struct Entry {
  std::string path;  // relative to the mount; "" is the mount itself, always the first entry
  EntryKind kind = EntryKind::file;
  sys::Attributes attributes = {};  // none of a hard link
  std::uint64_t size = 0;           // of a file
  std::vector<Run> runs = {};       // of a file, by offset
  std::string link_target = {};     // of a symbolic link, verbatim
  std::uint32_t same_as = 0;        // of a hard link: the file entry before it that it names again
  bool operator==(const Entry&) const = default;
};

struct Index {
  std::vector<Pack> packs;
  std::vector<Entry> entries;  // depth first, names of a directory in byte order
  bool operator==(const Index&) const = default;
};

// Returns the bytes of all files.
std::uint64_t content_bytes(const Index& index);

}  // namespace buildcache::mounts
