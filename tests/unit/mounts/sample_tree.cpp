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

namespace {

std::string numbers(const sys::FileStatus& status) {
  std::string text;
  for (const std::int64_t number : {static_cast<std::int64_t>(status.kind),
                                    std::int64_t{status.mode},
                                    std::int64_t{status.uid},
                                    std::int64_t{status.gid},
                                    status.modified.seconds,
                                    std::int64_t{status.modified.nanoseconds}}) {
    text += " " + std::to_string(number);
  }
  return text;
}

std::string content(sys::Tree& tree, const mounts::Walked& walked) {
  std::string bytes(walked.status.size, '\0');
  const auto file = tree.open(walked.path);
  REQUIRE(file);
  REQUIRE((*file)->read_at(0, bytes).value() == walked.status.size);
  return " " + std::to_string(bytes.size()) + " " + core::sha256_hex(bytes);
}

std::string attributes(sys::Tree& tree, const std::string& path) {
  std::string text;
  const sys::Xattrs xattrs = tree.xattrs(path).value();
  for (const auto& [name, value] : xattrs) {
    text += " " + name;
    text += "=" + value;
  }
  return text;
}

}  // namespace

std::string description(sys::Tree& tree) {
  const auto walked = mounts::walk(tree, mounts::Excludes({}));
  REQUIRE(walked);
  std::string lines;
  std::map<std::uint64_t, std::string> first_name;
  for (const mounts::Walked& one : walked->entries) {
    lines += one.path + numbers(one.status);
    lines += one.status.kind == sys::FileKind::symlink ? " -> " + tree.read_link(one.path).value()
                                                       : attributes(tree, one.path);
    if (one.status.kind == sys::FileKind::file) {
      lines += content(tree, one) + " first named ";
      lines += first_name.try_emplace(one.status.inode, one.path).first->second;
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
