// A folder that goes when the test ends.
#pragma once

#include "sys/posix_files.hpp"

#include <doctest/doctest.h>

#include <string>

namespace buildcache::sys_test {

class TemporaryFolder {
 public:
  TemporaryFolder() {
    auto made = sys::PosixFiles().make_temporary_directory("/tmp", "buildcache-test-");
    REQUIRE(made);
    path_ = *made;
  }
  TemporaryFolder(const TemporaryFolder&) = delete;  // removes its folder once
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() { [[maybe_unused]] const auto removed = sys::PosixFiles().remove_all(path_); }

  // Returns the path of `name` below the folder.
  [[nodiscard]] std::string operator/(const std::string& name) const { return path_ + "/" + name; }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace buildcache::sys_test
