// Generations of cache mounts in a store.
#pragma once

#include "core/result.hpp"
#include "mounts/generation.hpp"
#include "mounts/index.hpp"
#include "plan/plan.hpp"
#include "store/blobs.hpp"

#include <optional>
#include <string>
#include <vector>

namespace buildcache::commands {

struct StoredMount {
  store::CacheRef ref;
  core::Digest manifest;
  mounts::Generation generation;
};

// Returns the first of `refs` that holds a generation builds at `level` may read; nullopt when none
// does. `trouble` gets what kept one from being read. Never fails: a store that does not answer has
// nothing.
std::optional<StoredMount> find_stored(store::Blobs& blobs,
                                       const std::vector<store::CacheRef>& refs,
                                       config::TrustLevel level,
                                       std::string& trouble);

// Has the store forget the generation that `stored` replaced. What it makes of that is its own
// affair.
void forget_parent(store::Blobs& blobs, const StoredMount& stored);

// Returns the index's bytes. Errors: those of the store.
core::Result<std::string> fetch_index(store::Blobs& blobs, const StoredMount& stored);

}  // namespace buildcache::commands
