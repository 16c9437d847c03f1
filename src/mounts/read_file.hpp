// Reads one file into chunks.
#pragma once

#include "core/result.hpp"
#include "mounts/walk.hpp"
#include "sys/tree.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace buildcache::mounts {

// Called with each chunk in order, and its place in the file.
using TakeChunk = std::function<core::Result<void>(std::uint64_t offset, std::string_view bytes)>;

enum class ReadEnd { whole, moving };

// Returns `moving` when the file was changed or removed while it was read, or is no longer what
// `walked` says; what was taken is then worth nothing. Holes are left out. `buffer` is reused from
// call to call. Errors: those of the tree and of `take`.
core::Result<ReadEnd> read_file(sys::Tree& tree,
                                const Walked& walked,
                                std::string& buffer,
                                const TakeChunk& take);

}  // namespace buildcache::mounts
