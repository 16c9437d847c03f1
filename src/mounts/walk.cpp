#include "mounts/walk.hpp"

#include <utility>

namespace buildcache::mounts {

namespace {

using Listed = std::vector<std::pair<std::string, sys::FileStatus>>;

// A directory whose entries are being gone through.
struct Open {
  std::string path;
  Listed listed;
  std::size_t next = 0;
};

class Walker {
 public:
  Walker(sys::Tree& tree, const Excludes& excludes) : tree_(tree), excludes_(excludes) {}

  core::Result<Walk> run() {
    auto root = tree_.status("");
    if (!root) {
      return tl::unexpected(root.error());
    }
    found_.entries.push_back({"", *root});
    auto entered = enter("");
    while (entered && !open_.empty()) {
      Open& directory = open_.back();
      if (directory.next == directory.listed.size()) {
        open_.pop_back();
        continue;
      }
      auto& [name, status] = directory.listed[directory.next++];
      entered = take(directory.path.empty() ? name : directory.path + "/" + name, status);
    }
    return entered ? core::Result<Walk>(std::move(found_)) : tl::unexpected(entered.error());
  }

 private:
  core::Result<void> take(std::string path, const sys::FileStatus& status) {
    if (excludes_.matches(path)) {
      ++found_.excluded;
      return {};
    }
    if (status.kind == sys::FileKind::other) {
      found_.special.push_back(std::move(path));
      return {};
    }
    found_.entries.push_back({path, status});
    return status.kind == sys::FileKind::directory ? enter(path) : core::Result<void>();
  }

  core::Result<void> enter(const std::string& path) {
    auto listed = tree_.list(path);
    if (listed) {
      open_.push_back({path, *std::move(listed)});
      return {};
    }
    if (!is_gone(listed.error()) || path.empty()) {
      return tl::unexpected(listed.error());
    }
    found_.entries.pop_back();
    return {};
  }

  sys::Tree& tree_;
  const Excludes& excludes_;
  Walk found_;
  std::vector<Open> open_;
};

}  // namespace

bool is_gone(const core::Error& error) {
  return error.kind == core::ErrorKind::not_found || error.kind == core::ErrorKind::bad_response;
}

core::Result<Walk> walk(sys::Tree& tree, const Excludes& excludes) {
  return Walker(tree, excludes).run();
}

}  // namespace buildcache::mounts
