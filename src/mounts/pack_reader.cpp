#include "mounts/pack_reader.hpp"

#include "mounts/chunk_hash.hpp"
#include "mounts/first_failure.hpp"
#include "mounts/zstd.hpp"
#include "sys/parallel.hpp"

#include <algorithm>
#include <condition_variable>
#include <list>
#include <mutex>
#include <numeric>
#include <optional>
#include <string>
#include <utility>

namespace buildcache::mounts {

namespace {

using core::Result;

// A pack in memory or on its way there, and how far its frames were handed out.
struct HeldPack {
  const Pack* pack = nullptr;
  std::size_t position = 0;
  std::optional<std::string> bytes;  // none before it has come
  std::size_t readers = 0;
  std::size_t next_frame = 0;
  std::size_t next_byte = 0;
  std::uint32_t next_chunk = 0;

  [[nodiscard]] bool has_frames() const { return bytes && next_frame < pack->frames.size(); }
  [[nodiscard]] bool is_read() const {
    return bytes && readers == 0 && next_frame == pack->frames.size();
  }
};

struct CompressedFrame {
  std::string_view bytes;
  std::size_t size = 0;  // of its content
  std::uint32_t first = 0;
  std::uint32_t chunks = 0;
};

CompressedFrame next_frame(HeldPack& held) {
  const Frame& frame = held.pack->frames[held.next_frame++];
  CompressedFrame next;
  next.bytes = std::string_view(*held.bytes).substr(held.next_byte, frame.compressed);
  next.first = held.next_chunk;
  next.chunks = frame.chunks;
  for (std::uint32_t i = next.first; i < next.first + next.chunks; ++i) {
    next.size += held.pack->chunks[i].size;
  }
  held.next_byte += frame.compressed;
  held.next_chunk += frame.chunks;
  return next;
}

// Returns what `work` does while the lock is open.
template <typename Work>
auto unlocked(std::unique_lock<std::mutex>& lock, const Work& work) {
  lock.unlock();
  auto result = work();
  lock.lock();
  return result;
}

class Reader {
 public:
  Reader(const Index& index, const PackReading& reading, const FetchBlob& fetch, std::size_t most)
      : index_(index), reading_(reading), fetch_(fetch), most_held_(most) {}

  // Works until nothing is left to do; every thread does. What is thrown ends the program: others
  // would wait for it.
  void work() noexcept {
    Decompressor decompressor;
    std::unique_lock lock(mutex_);
    while (!failure_.failed() && !is_done()) {
      if (!preparing_) {
        preparing_ = true;
        failure_.note(unlocked(lock, reading_.prepare));
        prepared_ = true;
      } else if (next_pack_ < reading_.packs.size() && held_.size() < most_held_) {
        fetch_next(lock);
      } else if (const auto held = prepared_ ? pack_to_read() : held_.end(); held != held_.end()) {
        read_frame(lock, held, decompressor);
      } else {
        changed_.wait(lock);
        continue;
      }
      changed_.notify_all();
    }
  }

  [[nodiscard]] Result<void> result() const { return failure_.result(); }

 private:
  using Held = std::list<HeldPack>;  // each stays where it is while others come and go

  [[nodiscard]] bool is_done() const {
    return prepared_ && held_.empty() && next_pack_ == reading_.packs.size();
  }

  void fetch_next(std::unique_lock<std::mutex>& lock) {
    const auto held = held_.emplace(held_.end());
    held->position = reading_.packs[next_pack_++];
    held->pack = &index_.packs[held->position];
    auto bytes = unlocked(lock, [&] { return fetch(*held->pack); });
    if (!bytes) {
      failure_.note(tl::unexpected(bytes.error()));
      return;
    }
    held->bytes = *std::move(bytes);
    let_go(held);
  }

  Result<std::string> fetch(const Pack& pack) {
    auto bytes = fetch_(pack.digest, pack.size);
    if (bytes && bytes->size() != pack.size) {
      return core::fail(core::ErrorKind::bad_response, "a pack is not as large as the index says");
    }
    return bytes;
  }

  // Threads that read the same pack may write the same file, and wait for each other: one nobody
  // reads comes first.
  Held::iterator pack_to_read() {
    auto found = held_.end();
    for (auto held = held_.begin(); held != held_.end(); ++held) {
      if (held->has_frames() && (found == held_.end() || held->readers < found->readers)) {
        found = held;
      }
    }
    return found;
  }

  void read_frame(std::unique_lock<std::mutex>& lock,
                  Held::iterator held,
                  Decompressor& decompressor) {
    const CompressedFrame frame = next_frame(*held);
    ++held->readers;
    failure_.note(unlocked(lock, [&]() -> Result<void> {
      const auto content = decompressor.frame(frame.bytes, frame.size);
      return content ? reading_.take({held->position, frame.first, frame.chunks, *content})
                     : tl::unexpected(content.error());
    }));
    --held->readers;
    let_go(held);
  }

  void let_go(Held::iterator held) {
    if (held->is_read()) {
      held_.erase(held);
    }
  }

  const Index& index_;
  const PackReading& reading_;
  const FetchBlob& fetch_;
  std::size_t most_held_;
  FirstFailure failure_;
  std::mutex mutex_;  // of all below
  std::condition_variable changed_;
  bool preparing_ = false;
  bool prepared_ = false;
  std::size_t next_pack_ = 0;
  Held held_;
};

Result<void> verify_chunks(const Pack& pack, const FrameContent& frame) {
  std::string_view bytes = frame.bytes;
  for (std::uint32_t i = frame.first; i < frame.first + frame.chunks; ++i) {
    const Chunk& chunk = pack.chunks[i];
    if (auto verified = verify_chunk(chunk, bytes.substr(0, chunk.size)); !verified) {
      return verified;
    }
    bytes.remove_prefix(chunk.size);
  }
  return {};
}

}  // namespace

Result<void> read_packs(const Index& index,
                        const PackReading& reading,
                        const FetchBlob& fetch,
                        std::size_t workers) {
  const std::size_t threads = std::max<std::size_t>(1, workers);
  Reader reader(index, reading, fetch, threads);
  sys::for_each_parallel(threads, threads, [&reader](std::size_t) { reader.work(); });
  return reader.result();
}

Result<void> verify_packs(const Index& index, const FetchBlob& fetch, std::size_t workers) {
  PackReading reading;
  reading.packs.resize(index.packs.size());
  std::iota(reading.packs.begin(), reading.packs.end(), std::size_t{0});
  reading.take = [&index](const FrameContent& frame) {
    return verify_chunks(index.packs[frame.pack], frame);
  };
  return read_packs(index, reading, fetch, workers);
}

}  // namespace buildcache::mounts
