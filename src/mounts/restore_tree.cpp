#include "mounts/restore_tree.hpp"

#include "core/text.hpp"
#include "mounts/chunk_hash.hpp"
#include "mounts/pack_reader.hpp"

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

// Chunks that lie one behind the other, in a frame and in a file.
struct Piece {
  std::uint32_t entry = 0;
  std::uint64_t offset = 0;
  std::string_view bytes;
  std::uint32_t chunks = 0;

  // Adds `chunk` if it goes on where this ends, in the frame and in the file; returns whether it
  // did.
  bool take(const Use& use, std::string_view chunk) {
    if (chunks == 0 || use.entry != entry || use.offset != offset + bytes.size() ||
        chunk.data() != bytes.data() + bytes.size()) {
      return false;
    }
    bytes = {bytes.data(), bytes.size() + chunk.size()};
    ++chunks;
    return true;
  }
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
    PackReading reading;
    reading.packs = packs_in_use();
    reading.prepare = [this] { return make_places(); };
    reading.take = [this](const FrameContent& frame) { return write_frame(frame); };
    Result<void> done = read_packs(index_, reading, fetch_, workers);
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

  // A pack without a use holds what earlier generations had alone.
  std::vector<std::size_t> packs_in_use() {
    std::vector<std::size_t> used;
    for (std::size_t i = 0; i < index_.packs.size(); ++i) {
      const auto use = std::ranges::lower_bound(uses_, first_chunk_[i], {}, &Use::chunk);
      const std::uint64_t behind = std::uint64_t{first_chunk_[i]} + index_.packs[i].chunks.size();
      if (use != uses_.end() && use->chunk < behind) {
        used.push_back(i);
        fetched_ += index_.packs[i].size;
      }
    }
    return used;
  }

  Result<void> write_frame(const FrameContent& frame) {
    const Pack& pack = index_.packs[frame.pack];
    const std::uint32_t first = first_chunk_[frame.pack] + frame.first;
    auto use = std::ranges::lower_bound(uses_, first, {}, &Use::chunk);
    std::string_view content = frame.bytes;
    Piece piece;
    OpenFile open;
    for (std::uint32_t i = 0; i < frame.chunks; ++i) {
      const Chunk& chunk = pack.chunks[frame.first + i];
      const std::string_view bytes = content.substr(0, chunk.size);
      content.remove_prefix(chunk.size);
      if (use == uses_.end() || use->chunk != first + i) {
        continue;  // of an entry that is no more
      }
      if (auto verified = verify_chunk(chunk, bytes); !verified) {
        return verified;
      }
      for (; use != uses_.end() && use->chunk == first + i; ++use) {
        if (piece.take(*use, bytes)) {
          continue;
        }
        if (auto written = write(piece, open); !written) {
          return written;
        }
        piece = {use->entry, use->offset, bytes, 1};
      }
    }
    return write(piece, open);
  }

  struct OpenFile {
    std::uint32_t entry = 0;
    std::unique_ptr<sys::TreeFile> file;
  };

  Result<void> write(const Piece& piece, OpenFile& open) {
    if (piece.chunks == 0) {
      return {};
    }
    const Entry& entry = index_.entries[piece.entry];
    const bool at_once = made_at_once(entry);
    if (!open.file || open.entry != piece.entry) {
      auto file = at_once ? tree_.create(entry.path) : tree_.reopen(entry.path);
      if (!file) {
        return tl::unexpected(file.error());
      }
      open = {piece.entry, std::move(*file)};
    }
    Result<void> done = open.file->write_at(piece.offset, piece.bytes);
    if (done && at_once && piece.bytes.size() < entry.size) {
      done = open.file->resize(entry.size);
    }
    // The last chunk of a file makes it whole, whichever thread writes it.
    if (done && (missing_[piece.entry] -= piece.chunks) == 0) {
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
  std::uint64_t fetched_ = 0;
};

}  // namespace

Result<Restored> restore_tree(sys::Tree& tree,
                              const Index& index,
                              const FetchBlob& fetch,
                              std::size_t workers) {
  return Restore(tree, index, fetch).run(workers);
}

}  // namespace buildcache::mounts
