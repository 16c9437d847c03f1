#include "sample_tree.hpp"

#include "core/digest.hpp"
#include "mounts/excludes.hpp"
#include "mounts/walk.hpp"
#include "sys/posix_files.hpp"
#include "sys/posix_tree.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <random>

namespace buildcache::mounts_test {

std::string noise(std::size_t size, unsigned seed) {
  std::mt19937 random(seed);
  std::string bytes(size, '\0');
  for (char& byte : bytes) {
    byte = static_cast<char>(random());
  }
  return bytes;
}

void put(const std::string& root, const std::string& path, std::string_view content) {
  const std::string whole = root + "/" + path;
  REQUIRE(sys::PosixFiles().make_directories(whole.substr(0, whole.rfind('/')), 0755));
  std::ofstream(whole, std::ios::binary) << content;
}

std::string description(sys::Tree& tree) {
  const auto walked = mounts::walk(tree, mounts::Excludes({}));
  REQUIRE(walked);
  std::string lines;
  std::map<std::uint64_t, std::string> first_name;
  for (const auto& [path, status] : walked->entries) {
    lines += path + " " + std::to_string(static_cast<int>(status.kind)) + " " +
             std::to_string(status.mode) + " " + std::to_string(status.uid) + ":" +
             std::to_string(status.gid) + " " + std::to_string(status.modified.seconds) + "." +
             std::to_string(status.modified.nanoseconds);
    if (status.kind == sys::FileKind::symlink) {
      lines += " -> " + tree.read_link(path).value();
    } else {
      const sys::Xattrs xattrs = tree.xattrs(path).value();
      for (const auto& [name, value] : xattrs) {
        lines += " " + name + "=" + value;
      }
    }
    if (status.kind == sys::FileKind::file) {
      std::string content(status.size, '\0');
      const auto file = tree.open(path);
      REQUIRE(file);
      REQUIRE((*file)->read_at(0, content).value() == status.size);
      lines += " " + std::to_string(status.size) + " " + core::sha256_hex(content) +
               " first named " + first_name.try_emplace(status.inode, path).first->second;
    }
    lines += "\n";
  }
  return lines;
}

std::unique_ptr<sys::Tree> tree_at(const std::string& path) {
  auto tree = sys::open_posix_tree(path);
  REQUIRE(tree);
  return *std::move(tree);
}

mounts::StoreBlob Blobs::store() {
  return [this](const core::Digest& digest, std::string_view bytes) -> core::Result<void> {
    const std::lock_guard lock(mutex_);
    all.emplace(digest.str(), bytes);
    return {};
  };
}

mounts::FetchBlob Blobs::fetch() {
  return [this](const core::Digest& digest, std::size_t) -> core::Result<std::string> {
    const std::lock_guard lock(mutex_);
    ++fetches;
    const auto found = all.find(digest.str());
    if (found == all.end()) {
      return core::fail(core::ErrorKind::not_found, "no such blob");
    }
    return found->second;
  };
}

}  // namespace buildcache::mounts_test
