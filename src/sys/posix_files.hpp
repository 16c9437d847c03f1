// The real file system.
#pragma once

#include "sys/files.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace buildcache::sys {

class PosixFiles final : public Files {
 public:
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
};

}  // namespace buildcache::sys
