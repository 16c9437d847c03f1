#include "mounts/restore_tree.hpp"

#include "core/text.hpp"
#include "mounts/chunk_hash.hpp"
#include "mounts/first_failure.hpp"
#include "mounts/pack_reader.hpp"
#include "sys/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <memory>
#include <utility>
#include <vector>

namespace buildcache::mounts {

namespace {

using core::Result;

// A place a chunk goes to.
struct Use {
  std::uint32_t chunk = 0;
  std::uint32_t entry = 0;
  std::uint64_t offset = 0;
};

// Files of one chunk are made when it comes; others stand ready before the first of theirs.
bool made_at_once(const Entry& entry) {
  return entry.runs.size() == 1 && entry.runs[0].count == 1 && entry.runs[0].offset == 0;
}

class Restore {
 public:
  Restore(sys::Tree& tree, const Index& index, const FetchBlob& fetch)
      : tree_(tree), index_(index), fetch_(fetch), missing_(index.entries.size()) {}

  Result<Restored> run(std::size_t workers) {
    plan();
    if (auto made = make_places(); !made) {
      return tl::unexpected(made.error());
    }
    sys::for_each_parallel(index_.packs.size(), workers, [this](std::size_t pack) {
      if (!failure_.failed()) {
        failure_.note(unpack(pack));
      }
    });
    Result<void> done = failure_.result();
    done = done ? make_links() : done;
    done = done ? finish_directories() : done;
    if (!done) {
      return tl::unexpected(done.error());
    }
    return Restored{index_.entries.size(), content_bytes(index_), fetched_};
  }

 private:
  void plan() {
    std::uint32_t first = 0;
    std::vector<std::uint32_t> sizes;
    for (const Pack& pack : index_.packs) {
      first_chunk_.push_back(first);
      first += static_cast<std::uint32_t>(pack.chunks.size());
      for (const Chunk& chunk : pack.chunks) {
        sizes.push_back(chunk.size);
      }
    }
    for (std::uint32_t i = 0; i < index_.entries.size(); ++i) {
      plan_entry(i, sizes);
    }
    std::ranges::sort(uses_, [](const Use& one, const Use& other) {
      return std::tie(one.chunk, one.entry, one.offset) <
             std::tie(other.chunk, other.entry, other.offset);
    });
  }

  void plan_entry(std::uint32_t position, const std::vector<std::uint32_t>& sizes) {
    std::uint32_t chunks = 0;
    for (const Run& run : index_.entries[position].runs) {
      std::uint64_t offset = run.offset;
      for (std::uint32_t i = 0; i < run.count; ++i) {
        uses_.push_back({run.first + i, position, offset});
        offset += sizes[run.first + i];
      }
      chunks += run.count;
    }
    missing_[position] = chunks;
  }

  Result<void> make_places() {
    Result<void> made;
    for (const Entry& entry : index_.entries) {
      if (entry.kind == EntryKind::directory && !entry.path.empty()) {
        made = tree_.make_directory(entry.path);
      } else if (entry.kind == EntryKind::file && !made_at_once(entry)) {
        made = make_file(entry);
      }
      if (!made) {
        return made;
      }
    }
    return made;
  }

  Result<void> make_file(const Entry& entry) {
    auto file = tree_.create(entry.path);
    if (!file) {
      return tl::unexpected(file.error());
    }
    Result<void> done = (*file)->resize(entry.size);
    if (done && entry.runs.empty()) {
      done = (*file)->set_attributes(entry.attributes);
    }
    return done;
  }

  Result<void> unpack(std::size_t position) {
    const Pack& pack = index_.packs[position];
    const std::uint32_t first = first_chunk_[position];
    auto use = std::ranges::lower_bound(uses_, first, {}, &Use::chunk);
    const std::uint64_t behind = std::uint64_t{first} + pack.chunks.size();
    if (use == uses_.end() || use->chunk >= behind) {
      return {};
    }
    const auto bytes = fetch_(pack.digest, pack.size);
    if (!bytes) {
      return tl::unexpected(bytes.error());
    }
    fetched_ += bytes->size();
    return read_pack(
        pack,
        *bytes,
        [&](const Frame& frame, std::uint32_t chunk, std::string_view content) -> Result<void> {
          return failure_.failed()
                     ? Result<void>()
                     : write_frame(pack, {chunk, chunk + frame.chunks}, first, content);
        });
  }

  // Chunks [range.first, range.second) of the pack.
  Result<void> write_frame(const Pack& pack,
                           std::pair<std::uint32_t, std::uint32_t> range,
                           std::uint32_t first,
                           std::string_view content) {
    auto use = std::ranges::lower_bound(uses_, first + range.first, {}, &Use::chunk);
    OpenFile open;
    for (std::uint32_t i = range.first; i < range.second; ++i) {
      const Chunk& chunk = pack.chunks[i];
      const std::string_view bytes = content.substr(0, chunk.size);
      content.remove_prefix(chunk.size);
      if (use == uses_.end() || use->chunk != first + i) {
        continue;  // of an entry that is no more
      }
      if (auto verified = verify_chunk(chunk, bytes); !verified) {
        return verified;
      }
      for (; use != uses_.end() && use->chunk == first + i; ++use) {
        if (auto written = write(*use, bytes, open); !written) {
          return written;
        }
      }
    }
    return {};
  }

  struct OpenFile {
    std::uint32_t entry = 0;
    std::unique_ptr<sys::TreeFile> file;
  };

  Result<void> write(const Use& use, std::string_view bytes, OpenFile& open) {
    const Entry& entry = index_.entries[use.entry];
    const bool at_once = made_at_once(entry);
    if (!open.file || open.entry != use.entry) {
      auto file = at_once ? tree_.create(entry.path) : tree_.reopen(entry.path);
      if (!file) {
        return tl::unexpected(file.error());
      }
      open = {use.entry, std::move(*file)};
    }
    Result<void> done = open.file->write_at(use.offset, bytes);
    if (done && at_once && bytes.size() < entry.size) {
      done = open.file->resize(entry.size);
    }
    // The last chunk of a file makes it whole, whichever thread writes it.
    if (done && --missing_[use.entry] == 0) {
      done = open.file->set_attributes(entry.attributes);
    }
    return done;
  }

  Result<void> make_links() {
    for (const Entry& entry : index_.entries) {
      Result<void> made;
      if (entry.kind == EntryKind::hard_link) {
        made = tree_.make_hard_link(index_.entries[entry.same_as].path, entry.path);
      } else if (entry.kind == EntryKind::symlink) {
        made = tree_.make_symlink(entry.link_target, entry.path);
        made = made ? tree_.set_attributes(entry.path, sys::FileKind::symlink, entry.attributes)
                    : made;
      }
      if (!made) {
        return made;
      }
    }
    return {};
  }

  // From the deepest: what is done in a directory changes its time.
  Result<void> finish_directories() {
    for (std::size_t i = index_.entries.size(); i > 0; --i) {
      const Entry& entry = index_.entries[i - 1];
      if (entry.kind != EntryKind::directory) {
        continue;
      }
      if (auto set = tree_.set_attributes(entry.path, sys::FileKind::directory, entry.attributes);
          !set) {
        return set;
      }
    }
    return {};
  }

  sys::Tree& tree_;
  const Index& index_;
  const FetchBlob& fetch_;
  std::vector<std::uint32_t> first_chunk_;           // of each pack
  std::vector<Use> uses_;                            // by chunk
  std::vector<std::atomic<std::uint32_t>> missing_;  // chunks each file still waits for
  std::atomic<std::uint64_t> fetched_ = 0;
  FirstFailure failure_;
};

}  // namespace

Result<Restored> restore_tree(sys::Tree& tree,
                              const Index& index,
                              const FetchBlob& fetch,
                              std::size_t workers) {
  return Restore(tree, index, fetch).run(workers);
}

}  // namespace buildcache::mounts
