// From errors to verdicts. Pure.
#pragma once

#include "core/error.hpp"
#include "store/types.hpp"

#include <cstdint>
#include <optional>

namespace buildcache::store {

// Returns the answer of a ref whose asking failed: unauthorized, forbidden, absent (not_found),
// timed_out, skipped (cancelled), else unreachable.
Answer failed_answer(const core::Error& error);

// The same after the ref was found: what breaks now (bad_response, not_found) makes it unusable.
Answer failed_inspection(const core::Error& error);

// Returns found, inspected, with the size of all blobs and what the manifest says.
Answer usable_answer(std::uint64_t bytes, std::optional<Stamp> stamp, const core::Digest& digest);

}  // namespace buildcache::store
