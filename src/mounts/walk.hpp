// A mount as it lies there now.
#pragma once

#include "core/result.hpp"
#include "mounts/excludes.hpp"
#include "sys/tree.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace buildcache::mounts {

struct Walked {
  std::string path;
  sys::FileStatus status;
};

struct Walk {
  std::vector<Walked> entries;       // in the index's order; the root first
  std::uint64_t excluded = 0;        // left out by a pattern, whole directories counted once
  std::vector<std::string> special;  // sockets, pipes, devices: left out
};

// Whether a tree's error says that what was listed is there no more, or something else is.
bool is_gone(const core::Error& error);

// Errors: those of the tree. A directory that vanishes meanwhile is left out.
core::Result<Walk> walk(sys::Tree& tree, const Excludes& excludes);

}  // namespace buildcache::mounts
