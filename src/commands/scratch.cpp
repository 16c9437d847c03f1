#include "commands/scratch.hpp"

#include <utility>

namespace buildcache::commands {

Scratch::~Scratch() {
  if (!path_.empty()) {
    (void)files_.remove_all(path_);
  }
}

core::Result<void> Scratch::make(const sys::Environment& environment) {
  const std::string tmp = environment.get("TMPDIR");
  auto made = files_.make_temporary_directory(tmp.empty() ? "/tmp" : tmp, "buildcache-");
  if (!made) {
    return tl::unexpected(core::while_doing(made.error(), "make a scratch directory"));
  }
  path_ = std::move(*made);
  return {};
}

}  // namespace buildcache::commands
