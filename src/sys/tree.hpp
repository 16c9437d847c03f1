// A directory and all below it, as a cache mount holds them: nothing is followed out of it.
#pragma once

#include "core/result.hpp"

#include <compare>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace buildcache::sys {

enum class FileKind { file, directory, symlink, other };

struct FileTime {
  std::int64_t seconds = 0;  // since 1970, may be negative
  std::uint32_t nanoseconds = 0;
  auto operator<=>(const FileTime&) const = default;  // NOLINT(modernize-use-nullptr): clang 14
};

struct FileStatus {
  FileKind kind = FileKind::other;
  unsigned mode = 0;  // permission bits, 07777
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::uint64_t size = 0;
  FileTime modified;
  FileTime changed;
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::uint64_t links = 1;
  bool operator==(const FileStatus&) const = default;
};

using Xattrs = std::vector<std::pair<std::string, std::string>>;  // name, value; sorted by name

struct Attributes {
  unsigned mode = 0;
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  FileTime modified;
  Xattrs xattrs = {};
  bool operator==(const Attributes&) const = default;
};

// An open regular file. One thread at a time, but for read_at and write_at of distinct ranges.
class TreeFile {
 public:
  TreeFile() = default;
  TreeFile(const TreeFile&) = delete;  // owns a descriptor
  TreeFile& operator=(const TreeFile&) = delete;
  virtual ~TreeFile() = default;

  virtual core::Result<FileStatus> status() = 0;

  // As status, but not before whatever is written after it must have another change time: waits
  // for the end of the tick the file was changed in, 30 ms at most.
  virtual core::Result<FileStatus> settled_status() = 0;

  // Returns how many bytes were read: fewer than asked for at the end of the file alone.
  virtual core::Result<std::size_t> read_at(std::uint64_t offset, std::span<char> into) = 0;

  // Returns the next range at or after `offset` that is no hole, as [begin, end); nullopt when
  // there is none. A file system without holes answers one range.
  virtual core::Result<std::optional<std::pair<std::uint64_t, std::uint64_t>>> next_data(
      std::uint64_t offset) = 0;

  virtual core::Result<void> write_at(std::uint64_t offset, std::string_view bytes) = 0;

  // What was never written is a hole.
  virtual core::Result<void> resize(std::uint64_t size) = 0;

  // Owner, mode, extended attributes and modification time, in the order in which none undoes
  // another. Errors also: an attribute the file system cannot hold.
  virtual core::Result<void> set_attributes(const Attributes& attributes) = 0;
};

// Paths are relative to the root, byte strings without "." and ".."; "" is the root itself. No
// path is resolved through a symbolic link, out of the root or across to another file system's
// magic links (openat2(2) with RESOLVE_BENEATH, RESOLVE_NO_SYMLINKS). Thread-safe.
// Errors everywhere: not_found, forbidden, bad_response (a symbolic link stands in the way),
// internal (with the system's words; a full disk says so).
class Tree {
 public:
  Tree() = default;
  Tree(const Tree&) = delete;  // used by reference
  Tree& operator=(const Tree&) = delete;
  virtual ~Tree() = default;

  // Returns names and statuses in a directory, sorted by name, without "." and "..". What vanishes
  // meanwhile is left out.
  virtual core::Result<std::vector<std::pair<std::string, FileStatus>>> list(
      const std::string& directory) = 0;
  virtual core::Result<FileStatus> status(const std::string& path) = 0;
  virtual core::Result<std::string> read_link(const std::string& path) = 0;
  // Returns the `user.` attributes of a file or directory.
  virtual core::Result<Xattrs> xattrs(const std::string& path) = 0;
  virtual core::Result<std::unique_ptr<TreeFile>> open(const std::string& path) = 0;

  // A new file with mode 0600. Errors also: bad_response when something is there already.
  virtual core::Result<std::unique_ptr<TreeFile>> create(const std::string& path) = 0;
  // Opens an existing file for writing.
  virtual core::Result<std::unique_ptr<TreeFile>> reopen(const std::string& path) = 0;
  // Mode 0700.
  virtual core::Result<void> make_directory(const std::string& path) = 0;
  virtual core::Result<void> make_symlink(const std::string& target, const std::string& path) = 0;
  virtual core::Result<void> make_hard_link(const std::string& existing,
                                            const std::string& path) = 0;
  // Of a directory; of a symbolic link the owner and the time alone.
  virtual core::Result<void> set_attributes(const std::string& path,
                                            FileKind kind,
                                            const Attributes& attributes) = 0;
  // Removes a file or a whole directory; of the root its content.
  virtual core::Result<void> remove_all(const std::string& path) = 0;
};

}  // namespace buildcache::sys
