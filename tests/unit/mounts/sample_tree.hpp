// Trees on the real file system, and what there is to compare of them.
#pragma once

#include "mounts/stat_state.hpp"
#include "mounts/transfer.hpp"
#include "sys/tree.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace buildcache::mounts_test {

// Pseudo-random bytes, the same for the same seed.
std::string noise(std::size_t size, unsigned seed);

// Creates a file, with the directories it needs.
void put(const std::string& root, const std::string& path, std::string_view content);

// Everything a restore has to bring back, as one text: a line an entry with kind, mode, owner,
// nanoseconds, extended attributes, link target, inode group and content hash.
std::string description(sys::Tree& tree);

// Opens a tree. REQUIREs that it can.
std::unique_ptr<sys::Tree> tree_at(const std::string& path);

// Blobs in memory. Thread-safe.
class Blobs {
 public:
  mounts::StoreBlob store();
  mounts::FetchBlob fetch();
  std::map<std::string, std::string> all;  // by digest
  std::size_t fetches = 0;

 private:
  std::mutex mutex_;
};

// What a save builds upon.
struct Base {
  mounts::Index index = {};
  std::vector<mounts::EntryState> state = {};
};

}  // namespace buildcache::mounts_test
