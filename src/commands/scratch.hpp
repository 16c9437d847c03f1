// A directory for the files of one run.
#pragma once

#include "core/result.hpp"
#include "sys/environment.hpp"
#include "sys/files.hpp"

#include <string>

namespace buildcache::commands {

// The directory is gone with this object.
class Scratch {
 public:
  // `files` must outlive the object.
  explicit Scratch(sys::Files& files) : files_(files) {}
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch();

  // Makes it below $TMPDIR, else /tmp. Errors: those of the file system.
  core::Result<void> make(const sys::Environment& environment);

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  sys::Files& files_;
  std::string path_;
};

}  // namespace buildcache::commands
