// The file system, as far as this program touches it itself.
#pragma once

#include "core/result.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace buildcache::sys {

// Paths are byte strings, absolute or relative to the working directory. Thread-safe.
// Errors everywhere: not_found, forbidden, internal (with the system's words).
class Files {
 public:
  Files() = default;
  Files(const Files&) = delete;  // used by reference
  Files& operator=(const Files&) = delete;
  virtual ~Files() = default;

  // Returns the whole content. Errors also: bad_response when larger than `limit` bytes or not a
  // regular file (named pipes and devices are never opened).
  virtual core::Result<std::string> read(const std::string& path, std::size_t limit) = 0;

  // Replaces `path` in one step (temporary file beside it, fsync, rename; symlinks are followed),
  // so that a crash leaves the old or the new content. The file gets `mode`.
  virtual core::Result<void> write(const std::string& path,
                                   std::string_view content,
                                   unsigned mode) = 0;

  // Appends in one write call; creates the file with mode 0644 when it is missing.
  virtual core::Result<void> append(const std::string& path, std::string_view content) = 0;

  [[nodiscard]] virtual bool exists(const std::string& path) = 0;
  [[nodiscard]] virtual bool is_directory(const std::string& path) = 0;

  // Returns the names in a directory, sorted, without "." and "..".
  virtual core::Result<std::vector<std::string>> list(const std::string& directory) = 0;

  // Creates the directory and its parents; those made get `mode`.
  virtual core::Result<void> make_directories(const std::string& path, unsigned mode) = 0;

  // Creates a new directory with mode 0700 below `parent` and returns its path.
  virtual core::Result<std::string> make_temporary_directory(const std::string& parent,
                                                             std::string_view prefix) = 0;

  // Creates a symbolic link at `path`.
  virtual core::Result<void> make_symlink(const std::string& target, const std::string& path) = 0;

  // Removes a file or a whole tree without following symlinks; a missing one is no error.
  virtual core::Result<void> remove_all(const std::string& path) = 0;
};

}  // namespace buildcache::sys
