// A tree that asks somebody before each call: to fail it, or to change the tree behind its back.
#pragma once

#include "sys/tree.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace buildcache::mounts_test {

// Told the name of the call, as Tree and TreeFile have it, and the path; an error is the call's
// result. Never called by two threads at a time.
using Hook = std::function<core::Result<void>(std::string_view call, const std::string& path)>;

// What all files of one tree ask.
class Asked {
 public:
  explicit Asked(Hook hook) : hook_(std::move(hook)) {}
  core::Result<void> operator()(std::string_view call, const std::string& path);

 private:
  std::mutex mutex_;
  Hook hook_;
};

class HookedTree final : public sys::Tree {
 public:
  // `inner` must outlive this object.
  HookedTree(sys::Tree& inner, Hook hook)
      : inner_(inner), ask_(std::make_shared<Asked>(std::move(hook))) {}

  core::Result<std::vector<std::pair<std::string, sys::FileStatus>>> list(
      const std::string& directory) override;
  core::Result<sys::FileStatus> status(const std::string& path) override;
  core::Result<std::string> read_link(const std::string& path) override;
  core::Result<sys::Xattrs> xattrs(const std::string& path) override;
  core::Result<std::unique_ptr<sys::TreeFile>> open(const std::string& path) override;
  core::Result<std::unique_ptr<sys::TreeFile>> create(const std::string& path) override;
  core::Result<std::unique_ptr<sys::TreeFile>> reopen(const std::string& path) override;
  core::Result<void> make_directory(const std::string& path) override;
  core::Result<void> make_symlink(const std::string& target, const std::string& path) override;
  core::Result<void> make_hard_link(const std::string& existing, const std::string& path) override;
  core::Result<void> set_attributes(const std::string& path,
                                    sys::FileKind kind,
                                    const sys::Attributes& attributes) override;
  core::Result<void> remove_all(const std::string& path) override;

 private:
  sys::Tree& inner_;
  std::shared_ptr<Asked> ask_;
};

// Fails one call, by its number from 1, and every one behind it if it `stays`.
struct Fault {
  std::size_t number = 0;
  int error_number = 0;  // ENOSPC, EIO
  bool stays = false;
  std::size_t calls = 0;  // so far

  [[nodiscard]] bool hit() const { return calls >= number; }
  Hook hook();  // this object must outlive it
};

}  // namespace buildcache::mounts_test
