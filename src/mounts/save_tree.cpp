#include "mounts/save_tree.hpp"

#include "mounts/assemble.hpp"
#include "mounts/chunk_table.hpp"
#include "mounts/first_failure.hpp"
#include "mounts/pack_builder.hpp"
#include "mounts/read_file.hpp"
#include "mounts/repack.hpp"
#include "sys/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <iterator>
#include <map>
#include <mutex>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace buildcache::mounts {

namespace {

using core::Result;

constexpr int kTries = 3;  // to read a file that changes while it is read
constexpr unsigned kSetId = 06000;
constexpr std::uint64_t kBatch = 4U << 20U;  // bytes of files a worker takes at once

EntryKind kind_of(sys::FileKind kind) {
  switch (kind) {
    case sys::FileKind::directory:
      return EntryKind::directory;
    case sys::FileKind::symlink:
      return EntryKind::symlink;
    default:
      return EntryKind::file;
  }
}

class Save {
 public:
  Save(sys::Tree& tree, const SaveInput& input, const StoreBlob& store)
      : tree_(tree), input_(input), store_(store) {}

  Result<Saved> run() {
    if (auto listed = list_entries(); !listed) {
      return tl::unexpected(listed.error());
    }
    find_unchanged();
    std::vector<bool> left(input_.base.packs.size());
    choose_packs(left);
    ChunkTable table(input_.base, left);
    if (auto read = read_files(table); !read) {
      return tl::unexpected(read.error());
    }
    return finish(table, std::ranges::count(left, true));
  }

 private:
  static constexpr std::size_t kNone = ~std::size_t{0};

  // Entries without the content of files.
  Result<void> list_entries() {
    std::map<std::pair<std::uint64_t, std::uint64_t>, std::uint32_t> linked;
    for (const Walked& walked : input_.walk.entries) {
      const sys::FileStatus& status = walked.status;
      Entry entry{walked.path, kind_of(status.kind)};
      const auto position = static_cast<std::uint32_t>(entries_.size());
      if (entry.kind == EntryKind::file && status.links > 1) {
        const auto [first, is_new] = linked.try_emplace({status.device, status.inode}, position);
        if (!is_new) {
          entry.kind = EntryKind::hard_link;
          entry.same_as = first->second;
        }
      }
      if (auto described = describe(entry, status); !described) {
        if (entry.path.empty() || !is_gone(described.error())) {
          return described;
        }
        moving_.push_back(position);
      }
      entries_.push_back(std::move(entry));
    }
    return {};
  }

  Result<void> describe(Entry& entry, const sys::FileStatus& status) {
    if (entry.kind == EntryKind::hard_link) {
      return {};
    }
    entry.attributes = {status.mode, status.uid, status.gid, status.modified, {}};
    if (entry.kind == EntryKind::symlink) {
      entry.attributes.mode = 0777;
      auto target = tree_.read_link(entry.path);
      entry.link_target = target.value_or("");
      return target ? Result<void>() : tl::unexpected(target.error());
    }
    if (entry.kind == EntryKind::file) {
      entry.attributes.mode &= ~kSetId;
      entry.size = status.size;
      return {};  // xattrs when it is read, or from the base
    }
    auto xattrs = tree_.xattrs(entry.path);
    entry.attributes.xattrs = xattrs.value_or(sys::Xattrs{});
    return xattrs ? Result<void>() : tl::unexpected(xattrs.error());
  }

  // For each entry the file of the base that it seems to be, and whether its state says that it is.
  void find_unchanged() {
    same_.assign(entries_.size(), kNone);
    kept_.assign(input_.base.entries.size(), false);
    const bool known = input_.state.size() == input_.base.entries.size();
    std::unordered_map<std::string_view, std::size_t> base;
    for (std::size_t i = 0; i < input_.base.entries.size(); ++i) {
      base.emplace(input_.base.entries[i].path, i);
    }
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      const auto at = base.find(entries_[i].path);
      if (at == base.end() || entries_[i].kind != EntryKind::file) {
        continue;
      }
      const sys::FileStatus& now = input_.walk.entries[i].status;
      const Entry& then = input_.base.entries[at->second];
      // Tools touch what they use: another time alone tells nothing about the content.
      kept_[at->second] = then.size == now.size;
      if (known && unchanged(then, input_.state[at->second], now)) {
        same_[i] = at->second;
      }
    }
  }

  // Decides which packs are used again; what is still wanted of others is read again.
  void choose_packs(std::vector<bool>& left) {
    left = packs_to_leave(input_.base, kept_);
    std::vector<bool> chunk_left;
    for (std::size_t i = 0; i < left.size(); ++i) {
      chunk_left.insert(chunk_left.end(), input_.base.packs[i].chunks.size(), left[i]);
    }
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      if (same_[i] != kNone) {
        reuse(entries_[i], input_.base.entries[same_[i]], chunk_left);
      } else if (entries_[i].kind == EntryKind::file) {
        to_read_.push_back(i);
      }
      if (same_[i] != kNone && entries_[i].runs.empty() && entries_[i].size > 0) {
        to_read_.push_back(i);
      }
    }
  }

  static void reuse(Entry& entry, const Entry& base, const std::vector<bool>& chunk_left) {
    entry.attributes.xattrs = base.attributes.xattrs;
    const bool whole = std::ranges::all_of(base.runs, [&](const Run& run) {
      const auto begin = chunk_left.begin() + run.first;
      return std::find(begin, begin + run.count, true) == begin + run.count;
    });
    if (whole) {
      entry.runs = base.runs;
    }
  }

  Result<void> read_files(ChunkTable& table) {
    sys::for_each_parallel(input_.workers, input_.workers, [&](std::size_t) {
      Worker worker{table, PackBuilder(store_, input_.unlike_all), {}};
      while (!failure_.failed()) {
        const auto [from, to] = next_batch();
        if (from == to) {
          break;
        }
        for (std::size_t i = from; i < to && !failure_.failed(); ++i) {
          failure_.note(read_one(worker, to_read_[i]));
        }
      }
      close(worker);
    });
    return failure_.result();
  }

  struct Worker {
    ChunkTable& table;
    PackBuilder packs;
    std::string buffer;
  };

  // Neighbours in the tree come into the same frames.
  std::pair<std::size_t, std::size_t> next_batch() {
    const std::lock_guard lock(mutex_);
    const std::size_t from = next_;
    std::uint64_t bytes = 0;
    while (next_ < to_read_.size() && bytes < kBatch) {
      bytes += entries_[to_read_[next_++]].size;
    }
    return {from, next_};
  }

  void close(Worker& worker) {
    if (failure_.failed()) {
      return;
    }
    auto packs = worker.packs.finish();
    if (!packs) {
      failure_.note(tl::unexpected(packs.error()));
      return;
    }
    const std::lock_guard lock(mutex_);
    std::ranges::move(*packs, std::back_inserter(packs_));
  }

  Result<void> read_one(Worker& worker, std::size_t position) {
    Entry& entry = entries_[position];
    Walked walked = input_.walk.entries[position];
    for (int attempt = 0; attempt < kTries; ++attempt) {
      entry.runs.clear();
      const auto end = read_file(tree_, walked, worker.buffer, [&](auto offset, auto bytes) {
        return take(worker, entry, offset, bytes);
      });
      const auto finished =
          end && *end == ReadEnd::whole ? finish_entry(entry, walked.status) : end;
      if (!finished) {
        return tl::unexpected(finished.error());
      }
      if (*finished == ReadEnd::whole) {
        return {};
      }
      const auto now = tree_.status(walked.path);
      if (!now && !is_gone(now.error())) {
        return tl::unexpected(now.error());
      }
      if (!now || !may_be_read_for(walked.status, *now)) {
        break;
      }
      walked.status = *now;
    }
    const std::lock_guard lock(mutex_);
    moving_.push_back(position);
    return {};
  }

  // Another file in its place has nothing to do with the further names of the one that was walked.
  static bool may_be_read_for(const sys::FileStatus& walked, const sys::FileStatus& now) {
    const bool same = walked.inode == now.inode && walked.device == now.device;
    return now.kind == sys::FileKind::file && (same || walked.links == 1);
  }

  Result<void> take(Worker& worker, Entry& entry, std::uint64_t offset, std::string_view bytes) {
    const ChunkHash hash = hash_of(bytes);
    const auto [number, is_new] =
        worker.table.number_of(hash, static_cast<std::uint32_t>(bytes.size()));
    entry.runs.push_back({offset, number, 1});
    read_ += bytes.size();
    return is_new ? worker.packs.add(hash, bytes, number) : Result<void>();
  }

  Result<ReadEnd> finish_entry(Entry& entry, const sys::FileStatus& status) {
    entry.size = status.size;
    auto xattrs = tree_.xattrs(entry.path);
    const auto now = xattrs ? tree_.status(entry.path) : tl::unexpected(xattrs.error());
    if (!now) {
      return is_gone(now.error()) ? Result<ReadEnd>(ReadEnd::moving) : tl::unexpected(now.error());
    }
    if (*now != status) {
      return ReadEnd::moving;  // they may be another file's
    }
    entry.attributes = {
        status.mode & ~kSetId, status.uid, status.gid, status.modified, *std::move(xattrs)};
    return ReadEnd::whole;
  }

  // What would not hold still is left out, and so are further names of a file and what lies in a
  // directory.
  void drop_moving(Saved& saved) {
    std::vector<bool> dropped(entries_.size());
    for (const std::size_t position : moving_) {
      dropped[position] = true;
    }
    std::vector<Entry> kept;
    std::string below;  // the last directory left out, and a slash
    std::vector<std::uint32_t> moved_to(entries_.size());
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      Entry& entry = entries_[i];
      dropped[i] = dropped[i] || (!below.empty() && entry.path.starts_with(below)) ||
                   (entry.kind == EntryKind::hard_link && dropped[entry.same_as]);
      if (dropped[i]) {
        below = entry.kind == EntryKind::directory ? entry.path + "/" : below;
        saved.moving.push_back(entry.path);
        continue;
      }
      moved_to[i] = static_cast<std::uint32_t>(kept.size());
      entry.same_as = entry.kind == EntryKind::hard_link ? moved_to[entry.same_as] : 0;
      kept.push_back(std::move(entry));
    }
    entries_ = std::move(kept);
  }

  Saved finish(const ChunkTable& table, std::ptrdiff_t left) {
    Saved saved;
    drop_moving(saved);
    for (const NewPack& one : packs_) {
      saved.stored += one.pack.size;
    }
    // In the order in which they were begun: nearest to the order of the tree.
    std::ranges::sort(packs_, {}, [](const NewPack& one) { return one.numbers.front(); });
    saved.index = assemble(input_.base, std::move(packs_), std::move(entries_), table.sizes());
    saved.content = content_bytes(saved.index);
    saved.read = read_;
    saved.rewritten = static_cast<std::uint64_t>(left);
    return saved;
  }

  sys::Tree& tree_;
  const SaveInput& input_;
  const StoreBlob& store_;
  std::vector<Entry> entries_;
  std::vector<std::size_t> same_;     // for each entry its like in the base, or kNone
  std::vector<bool> kept_;            // for each entry of the base: seems still to be there
  std::vector<std::size_t> to_read_;  // positions in entries_
  std::mutex mutex_;                  // guards next_, packs_, moving_
  std::size_t next_ = 0;
  std::vector<NewPack> packs_;
  std::vector<std::size_t> moving_;
  std::atomic<std::uint64_t> read_ = 0;
  FirstFailure failure_;
};

}  // namespace

Result<Saved> save_tree(sys::Tree& tree, const SaveInput& input, const StoreBlob& store) {
  return Save(tree, input, store).run();
}

}  // namespace buildcache::mounts
