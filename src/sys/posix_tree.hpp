// A Tree of the real file system.
#pragma once

#include "sys/file_descriptor.hpp"
#include "sys/tree.hpp"

#include <string>

namespace buildcache::sys {

// Opens the directory at `root`. Errors: as Tree; internal when the kernel has no openat2 (Linux
// before 5.6, or a sandbox without it).
core::Result<std::unique_ptr<Tree>> open_posix_tree(const std::string& root);

}  // namespace buildcache::sys
