// Makes a generation of a mount: reads what changed, stores what no pack has yet.
#pragma once

#include "core/result.hpp"
#include "mounts/index.hpp"
#include "mounts/stat_state.hpp"
#include "mounts/transfer.hpp"
#include "mounts/walk.hpp"
#include "sys/tree.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace buildcache::mounts {

struct Saved {
  Index index;
  std::uint64_t content = 0;        // bytes of all files
  std::uint64_t read = 0;           // of them, read because they were new or changed
  std::uint64_t stored = 0;         // bytes of new packs
  std::uint64_t rewritten = 0;      // packs left behind because little of them was in use
  std::vector<std::string> moving;  // what changed or went while it was read: left out
};

struct SaveInput {
  const Walk& walk;
  // The generation whose packs may be used again, empty for none, and what the tree looked like
  // then; without a state every file is read.
  const Index& base;
  const std::vector<EntryState>& state;
  std::size_t workers = 1;
  // New packs get digests of their own. A store that has a broken pack takes no other bytes for its
  // digest, even if these are the right ones.
  bool unlike_all = false;
};

// Errors: those of `store` and of the tree; nothing has been published then.
core::Result<Saved> save_tree(sys::Tree& tree, const SaveInput& input, const StoreBlob& store);

}  // namespace buildcache::mounts
