#include "mounts/check_index.hpp"

#include "core/text.hpp"
#include "mounts/index_codec.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace buildcache::mounts {

namespace {

using core::ErrorKind;
using core::Result;

constexpr std::size_t kMostPath = 4095;
constexpr std::size_t kMostName = 255;
constexpr std::uint32_t kMostNanoseconds = 999'999'999;
constexpr unsigned kSetId = 06000;
constexpr unsigned kAllBits = 07777;

Result<void> check_pack(const Pack& pack) {
  std::uint64_t bytes = 0;
  std::size_t chunk = 0;
  for (const Frame& frame : pack.frames) {
    bytes += frame.compressed;
    if (frame.chunks > pack.chunks.size() - chunk) {
      return core::fail(ErrorKind::bad_response, "a frame has chunks that are not there");
    }
    std::uint64_t content = 0;
    std::uint32_t smallest = frame.chunks > 0 ? pack.chunks[chunk].size : 0;
    for (std::uint32_t i = 0; i < frame.chunks; ++i, ++chunk) {
      content += pack.chunks[chunk].size;
      smallest = std::min(smallest, pack.chunks[chunk].size);
    }
    if (smallest == 0 || content > kMostFrameContent) {
      return core::fail(ErrorKind::bad_response,
                        "a frame or a chunk is empty, or a frame too large");
    }
  }
  if (chunk != pack.chunks.size() || bytes != pack.size || bytes == 0 || bytes > kMostPackBytes) {
    return core::fail(ErrorKind::bad_response, "a pack's frames do not make it up");
  }
  return {};
}

bool good_name(std::string_view name) {
  return !name.empty() && name != "." && name != ".." && name.size() <= kMostName &&
         name.find('\0') == std::string_view::npos;
}

// Follows the order of entries: depth first, names in byte order.
class Order {
 public:
  // Returns whether `entry` may come next.
  bool take(const Entry& entry) {
    if (open_.empty()) {
      open_.push_back({"", ""});
      return entry.path.empty() && entry.kind == EntryKind::directory;
    }
    const std::string_view path = entry.path;
    const std::size_t slash = path.rfind('/');
    const std::string_view parent = slash == std::string_view::npos ? "" : path.substr(0, slash);
    const std::string_view name = slash == std::string_view::npos ? path : path.substr(slash + 1);
    while (open_.size() > 1 && open_.back().path != parent) {
      open_.pop_back();
    }
    Open& directory = open_.back();
    if (slash == 0 || directory.path != parent || !good_name(name) || path.size() > kMostPath ||
        (!directory.last.empty() && name <= directory.last)) {
      return false;
    }
    directory.last = name;
    if (entry.kind == EntryKind::directory) {
      open_.push_back({path, ""});
    }
    return true;
  }

 private:
  struct Open {
    std::string_view path;
    std::string_view last;
  };
  std::vector<Open> open_;
};

class Checker {
 public:
  explicit Checker(Index& index) : index_(index) {
    starts_.push_back(0);
    for (const Pack& pack : index.packs) {
      for (const Chunk& chunk : pack.chunks) {
        starts_.push_back(starts_.back() + chunk.size);
      }
    }
  }

  Result<void> entries() {
    if (index_.entries.empty()) {
      return core::fail(ErrorKind::bad_response, "it has no root");
    }
    for (std::size_t i = 0; i < index_.entries.size(); ++i) {
      if (auto checked = entry(i); !checked) {
        return checked;
      }
    }
    return {};
  }

 private:
  Result<void> entry(std::size_t position) {
    Entry& entry = index_.entries[position];
    if (!order_.take(entry)) {
      return broken(entry, "is not a place in the mount, or not in order");
    }
    if (entry.attributes.mode > kAllBits ||
        entry.attributes.modified.nanoseconds > kMostNanoseconds || !good_xattrs(entry)) {
      return broken(entry, "has attributes that do not exist");
    }
    if (entry.kind == EntryKind::symlink && !good_target(entry.link_target)) {
      return broken(entry, "is a symbolic link to nothing");
    }
    if (entry.kind == EntryKind::hard_link) {
      return hard_link(entry, position);
    }
    if (entry.kind == EntryKind::file) {
      entry.attributes.mode &= ~kSetId;
      return file(entry);
    }
    return {};
  }

  static bool good_xattrs(const Entry& entry) {
    return std::ranges::all_of(entry.attributes.xattrs, [](const auto& one) {
      return one.first.starts_with("user.") && one.first.size() > 5 &&
             one.first.size() <= kMostName && one.first.find('\0') == std::string::npos;
    });
  }

  static bool good_target(const std::string& target) {
    return !target.empty() && target.size() <= kMostPath && target.find('\0') == std::string::npos;
  }

  [[nodiscard]] Result<void> hard_link(const Entry& entry, std::size_t position) const {
    if (entry.same_as >= position || index_.entries[entry.same_as].kind != EntryKind::file) {
      return broken(entry, "is a hard link to no file before it");
    }
    return {};
  }

  Result<void> file(const Entry& entry) {
    std::uint64_t end = 0;
    for (const Run& run : entry.runs) {
      const std::uint64_t behind = std::uint64_t{run.first} + run.count;
      if (run.count == 0 || behind >= starts_.size() || run.offset < end) {
        return broken(entry, "has content that is not there");
      }
      const std::uint64_t bytes = starts_[behind] - starts_[run.first];
      total_ += bytes;
      uses_ += run.count;
      if (run.offset > entry.size || bytes > entry.size - run.offset || total_ > kMostContent ||
          uses_ > kMostUses) {
        return broken(entry, "has more content than it is large, or the mount more than is taken");
      }
      end = run.offset + bytes;
    }
    return entry.size <= kMostContent ? Result<void>() : broken(entry, "is too large");
  }

  static Result<void> broken(const Entry& entry, const char* how) {
    return core::fail(ErrorKind::bad_response, core::printable(entry.path) + " " + how);
  }

  Index& index_;
  Order order_;
  std::vector<std::uint64_t> starts_;  // where each chunk begins, all counted through
  std::uint64_t total_ = 0;            // bytes of all files
  std::uint64_t uses_ = 0;             // chunks of all files
};

}  // namespace

core::Result<void> check(Index& index) {
  for (const Pack& pack : index.packs) {
    if (auto checked = check_pack(pack); !checked) {
      return checked;
    }
  }
  return Checker(index).entries();
}

}  // namespace buildcache::mounts
