// A file of a PosixTree, and what it shares with the tree.
#pragma once

#include "sys/file_descriptor.hpp"
#include "sys/tree.hpp"

#include <sys/stat.h>

#include <array>
#include <memory>
#include <optional>
#include <string>

namespace buildcache::sys {

// Errors: bad_response when it is no regular file, internal. `shown` is its name in messages.
core::Result<std::unique_ptr<TreeFile>> make_posix_tree_file(FileDescriptor descriptor,
                                                             std::string shown);

FileStatus file_status(const struct stat& status);

// Access time (left as it is) and modification time, as utimensat(2) takes them.
std::array<timespec, 2> times_of(const FileTime& modified);

// Returns the `user.` attributes; none where the file system has none. nullopt: errno says why.
std::optional<Xattrs> read_xattrs(int descriptor);

// Owner first: changing it clears set-id bits; the time last. False: errno says why.
bool apply_attributes(int descriptor, const Attributes& attributes);

}  // namespace buildcache::sys
