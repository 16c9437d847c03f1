#include "hooked_tree.hpp"

#include "sys/system_error.hpp"

#include <utility>

namespace buildcache::mounts_test {

namespace {

using core::Result;

class HookedFile final : public sys::TreeFile {
 public:
  HookedFile(std::unique_ptr<sys::TreeFile> inner, std::shared_ptr<Asked> ask, std::string path)
      : inner_(std::move(inner)), ask_(std::move(ask)), path_(std::move(path)) {}

  Result<sys::FileStatus> status() override {
    const auto asked = (*ask_)("file status", path_);
    return asked ? inner_->status() : tl::unexpected(asked.error());
  }
  Result<sys::FileStatus> settled_status() override {
    const auto asked = (*ask_)("file status", path_);
    return asked ? inner_->settled_status() : tl::unexpected(asked.error());
  }
  Result<std::size_t> read_at(std::uint64_t offset, std::span<char> into) override {
    const auto asked = (*ask_)("read_at", path_);
    return asked ? inner_->read_at(offset, into) : tl::unexpected(asked.error());
  }
  Result<std::optional<std::pair<std::uint64_t, std::uint64_t>>> next_data(
      std::uint64_t offset) override {
    const auto asked = (*ask_)("next_data", path_);
    return asked ? inner_->next_data(offset) : tl::unexpected(asked.error());
  }
  Result<void> write_at(std::uint64_t offset, std::string_view bytes) override {
    const auto asked = (*ask_)("write_at", path_);
    return asked ? inner_->write_at(offset, bytes) : asked;
  }
  Result<void> resize(std::uint64_t size) override {
    const auto asked = (*ask_)("resize", path_);
    return asked ? inner_->resize(size) : asked;
  }
  Result<void> set_attributes(const sys::Attributes& attributes) override {
    const auto asked = (*ask_)("file set_attributes", path_);
    return asked ? inner_->set_attributes(attributes) : asked;
  }

 private:
  std::unique_ptr<sys::TreeFile> inner_;
  std::shared_ptr<Asked> ask_;
  std::string path_;
};

Result<std::unique_ptr<sys::TreeFile>> hooked(Result<std::unique_ptr<sys::TreeFile>> file,
                                              const std::shared_ptr<Asked>& ask,
                                              const std::string& path) {
  if (!file) {
    return file;
  }
  return std::make_unique<HookedFile>(*std::move(file), ask, path);
}

}  // namespace

Result<void> Asked::operator()(std::string_view call, const std::string& path) {
  const std::lock_guard lock(mutex_);
  return hook_(call, path);
}

Result<std::vector<std::pair<std::string, sys::FileStatus>>> HookedTree::list(
    const std::string& directory) {
  const auto asked = (*ask_)("list", directory);
  return asked ? inner_.list(directory) : tl::unexpected(asked.error());
}

Result<sys::FileStatus> HookedTree::status(const std::string& path) {
  const auto asked = (*ask_)("status", path);
  return asked ? inner_.status(path) : tl::unexpected(asked.error());
}

Result<std::string> HookedTree::read_link(const std::string& path) {
  const auto asked = (*ask_)("read_link", path);
  return asked ? inner_.read_link(path) : tl::unexpected(asked.error());
}

Result<sys::Xattrs> HookedTree::xattrs(const std::string& path) {
  const auto asked = (*ask_)("xattrs", path);
  return asked ? inner_.xattrs(path) : tl::unexpected(asked.error());
}

Result<std::unique_ptr<sys::TreeFile>> HookedTree::open(const std::string& path) {
  const auto asked = (*ask_)("open", path);
  return asked ? hooked(inner_.open(path), ask_, path) : tl::unexpected(asked.error());
}

Result<std::unique_ptr<sys::TreeFile>> HookedTree::create(const std::string& path) {
  const auto asked = (*ask_)("create", path);
  return asked ? hooked(inner_.create(path), ask_, path) : tl::unexpected(asked.error());
}

Result<std::unique_ptr<sys::TreeFile>> HookedTree::reopen(const std::string& path) {
  const auto asked = (*ask_)("reopen", path);
  return asked ? hooked(inner_.reopen(path), ask_, path) : tl::unexpected(asked.error());
}

Result<void> HookedTree::make_directory(const std::string& path) {
  const auto asked = (*ask_)("make_directory", path);
  return asked ? inner_.make_directory(path) : asked;
}

Result<void> HookedTree::make_symlink(const std::string& target, const std::string& path) {
  const auto asked = (*ask_)("make_symlink", path);
  return asked ? inner_.make_symlink(target, path) : asked;
}

Result<void> HookedTree::make_hard_link(const std::string& existing, const std::string& path) {
  const auto asked = (*ask_)("make_hard_link", path);
  return asked ? inner_.make_hard_link(existing, path) : asked;
}

Result<void> HookedTree::set_attributes(const std::string& path,
                                        sys::FileKind kind,
                                        const sys::Attributes& attributes) {
  const auto asked = (*ask_)("set_attributes", path);
  return asked ? inner_.set_attributes(path, kind, attributes) : asked;
}

Result<void> HookedTree::remove_all(const std::string& path) {
  const auto asked = (*ask_)("remove_all", path);
  return asked ? inner_.remove_all(path) : asked;
}

Hook Fault::hook() {
  return [this](std::string_view call, const std::string& path) -> Result<void> {
    ++calls;
    if (calls == number || (stays && calls > number)) {
      return tl::unexpected(
          sys::system_error("cannot " + std::string(call) + " " + path, error_number));
    }
    return {};
  };
}

}  // namespace buildcache::mounts_test
