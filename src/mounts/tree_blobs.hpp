// Whole files of a tree, as blobs and states are kept.
#pragma once

#include "core/result.hpp"
#include "sys/tree.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace buildcache::mounts {

// Errors: those of the tree; bad_response when it is larger than `most`.
core::Result<std::string> read_whole(sys::Tree& tree, const std::string& path, std::size_t most);

// Replaces what is there. After a crash the file may be half-written.
core::Result<void> write_whole(sys::Tree& tree, const std::string& path, std::string_view bytes);

}  // namespace buildcache::mounts
