#include "mounts/tree_blobs.hpp"

namespace buildcache::mounts {

core::Result<std::string> read_whole(sys::Tree& tree, const std::string& path, std::size_t most) {
  const auto file = tree.open(path);
  if (!file) {
    return tl::unexpected(file.error());
  }
  const auto status = (*file)->status();
  if (!status) {
    return tl::unexpected(status.error());
  }
  if (status->size > most) {
    return core::fail(core::ErrorKind::bad_response, path + " is larger than it should be");
  }
  std::string bytes(status->size, '\0');
  const auto got = (*file)->read_at(0, bytes);
  if (!got) {
    return tl::unexpected(got.error());
  }
  bytes.resize(*got);
  return bytes;
}

core::Result<void> write_whole(sys::Tree& tree, const std::string& path, std::string_view bytes) {
  if (auto removed = tree.remove_all(path);
      !removed && removed.error().kind != core::ErrorKind::not_found) {
    return removed;
  }
  const auto file = tree.create(path);
  return file ? (*file)->write_at(0, bytes) : tl::unexpected(file.error());
}

}  // namespace buildcache::mounts
