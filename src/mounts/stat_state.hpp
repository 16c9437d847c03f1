// What a mount looked like when it was last restored or saved on this builder, so that a save reads
// only what changed since. Its loss costs time, nothing else.
#pragma once

#include "core/result.hpp"
#include "mounts/index.hpp"
#include "mounts/walk.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace buildcache::mounts {

struct EntryState {
  std::uint64_t inode = 0;
  sys::FileTime changed;
  bool operator==(const EntryState&) const = default;
};

struct StatState {
  Index index;
  std::vector<EntryState> entries;  // one an entry of the index
  bool operator==(const StatState&) const = default;
};

// Entries that `walk` does not have, or has of another kind, get a state that matches nothing.
StatState state_of(Index index, const Walk& walk);

// Whether the content of `entry` is still what it was: same size, times and inode. The kernel
// changes ctime with every change of content or attributes, and nobody can set it back.
bool unchanged(const Entry& entry, const EntryState& state, const sys::FileStatus& now);

std::string encode_state(const StatState& state);
// Errors: bad_response.
core::Result<StatState> decode_state(std::string_view bytes);

}  // namespace buildcache::mounts
