// A file system in memory.
#pragma once

#include "sys/files.hpp"

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace buildcache::support {

// Behaves as PosixFiles does: writing into a missing directory is not_found, links are followed.
// "/" and "." exist from the beginning. Strict: a failure that was announced and not met fails the
// test when this object is destroyed. Thread-safe.
class MemoryFiles final : public sys::Files {
 public:
  MemoryFiles();
  MemoryFiles(const MemoryFiles&) = delete;  // announced failures are met once
  MemoryFiles& operator=(const MemoryFiles&) = delete;
  ~MemoryFiles() override;

  // Puts a file there, and the directories above it.
  void add(const std::string& path, std::string content, unsigned mode = 0644);
  // Makes the next call that concerns `path` fail.
  void fail_next(const std::string& path, core::ErrorKind kind);

  // Returns the content or the mode of a file, nullopt when there is none.
  [[nodiscard]] std::optional<std::string> content(const std::string& path) const;
  [[nodiscard]] std::optional<unsigned> mode(const std::string& path) const;
  // Returns the paths of all files, sorted.
  [[nodiscard]] std::vector<std::string> files() const;

  core::Result<std::string> read(const std::string& path, std::size_t limit) override;
  core::Result<void> write(const std::string& path,
                           std::string_view content,
                           unsigned mode) override;
  core::Result<void> append(const std::string& path, std::string_view content) override;
  bool exists(const std::string& path) override;
  bool is_directory(const std::string& path) override;
  core::Result<std::vector<std::string>> list(const std::string& directory) override;
  core::Result<void> make_directories(const std::string& path, unsigned mode) override;
  core::Result<std::string> make_temporary_directory(const std::string& parent,
                                                     std::string_view prefix) override;
  core::Result<void> make_symlink(const std::string& target, const std::string& path) override;
  core::Result<void> remove_all(const std::string& path) override;

 private:
  enum class NodeKind { file, directory, link };
  struct Node {
    NodeKind kind = NodeKind::file;
    std::string content;  // of a file; the target of a link
    unsigned mode = 0;
  };

  // All with mutex_ held; paths are normal ones.
  [[nodiscard]] std::string followed(const std::string& path) const;
  [[nodiscard]] const Node* find(const std::string& path) const;
  [[nodiscard]] bool has_directory(const std::string& path) const;
  std::optional<core::Error> take_failure(const std::string& path);
  core::Result<void> put(const std::string& path, Node node);
  void add_parents(const std::string& path, unsigned mode);

  mutable std::mutex mutex_;
  std::map<std::string, Node> nodes_;
  std::map<std::string, core::ErrorKind> failures_;
  int temporary_directories_ = 0;
};

}  // namespace buildcache::support
