// Frames of packs: some threads fetch packs while others read those that have come.
#include "mounts/pack_reader.hpp"

#include "mounts/chunk_hash.hpp"
#include "mounts/zstd.hpp"
#include "sample_tree.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <mutex>
#include <set>
#include <tuple>

using namespace buildcache;
using namespace buildcache::mounts_test;

namespace {

constexpr std::size_t kPacks = 12;
constexpr std::size_t kFrames = 3;    // of each pack
constexpr std::uint32_t kChunks = 2;  // of each frame
// Far longer than anything here takes: whoever waits for so long waits for nothing.
constexpr std::chrono::seconds kNever{20};

// What one thread waits for and another gives, once.
class Signal {
 public:
  void give() { promise_.set_value(); }
  bool comes() { return promise_.get_future().wait_for(kNever) == std::future_status::ready; }

 private:
  std::promise<void> promise_;
};

mounts::Pack make_pack(unsigned seed, std::string& bytes) {
  mounts::Pack pack{core::Digest::of(""), 0, {}, {}};
  mounts::Compressor compressor(1);
  for (std::size_t frame = 0; frame < kFrames; ++frame) {
    const std::string content = noise(2'000, static_cast<unsigned>(seed * kFrames + frame));
    const std::string_view view = content;
    pack.chunks.push_back({mounts::hash_of(view.substr(0, 700)), 700});
    pack.chunks.push_back({mounts::hash_of(view.substr(700)), 1'300});
    pack.frames.push_back({static_cast<std::uint32_t>(compressor.append(content, bytes)), kChunks});
  }
  pack.digest = core::Digest::of(bytes);
  pack.size = bytes.size();
  return pack;
}

struct Fixture {
  Fixture() {
    for (std::size_t i = 0; i < kPacks; ++i) {
      std::string bytes;
      index.packs.push_back(make_pack(static_cast<unsigned>(i), bytes));
      REQUIRE(blobs.store()(index.packs.back().digest, bytes));
      reading.packs.push_back(i);
    }
    reading.take = [this](const mounts::FrameContent&) -> core::Result<void> {
      ++frames;
      return {};
    };
  }

  [[nodiscard]] core::Result<void> verify() {
    return mounts::verify_packs(index, blobs.fetch(), 2);
  }

  // `on_fetch` is told the number of each fetch, from 1, before it is made.
  core::Result<void> read(
      std::size_t workers, const std::function<void(std::size_t)>& on_fetch = [](std::size_t) {}) {
    std::atomic<std::size_t> fetches = 0;
    const auto fetch = blobs.fetch();
    return mounts::read_packs(
        index,
        reading,
        [&](const core::Digest& digest, std::size_t most) {
          on_fetch(++fetches);
          return fetch(digest, most);
        },
        workers);
  }

  mounts::Index index;
  Blobs blobs;
  mounts::PackReading reading;          // of all packs
  std::atomic<std::size_t> frames = 0;  // handed out, where no test takes them itself
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "verify: whole packs") {
  CHECK(verify());
}

TEST_CASE_FIXTURE(Fixture, "verify: every fault is met") {
  std::string& pack = blobs.all.at(index.packs[5].digest.str());
  SUBCASE("gone") {
    blobs.all.clear();
  }
  SUBCASE("shorter") {
    pack.pop_back();
  }
  SUBCASE("longer") {
    pack += 'x';
  }
  SUBCASE("another byte") {
    pack[pack.size() / 2] = static_cast<char>(~pack[pack.size() / 2]);
  }
  SUBCASE("another hash in the index") {
    index.packs[5].chunks.back().hash[0] ^= 1U;
  }
  CHECK_FALSE(verify().has_value());
}

TEST_CASE_FIXTURE(Fixture, "reading: every frame is handed out once, of the packs that are named") {
  reading.packs = {7, 2, 11};
  std::set<std::tuple<std::size_t, std::uint32_t>> wanted;
  for (const std::size_t pack : reading.packs) {
    for (std::uint32_t frame = 0; frame < kFrames; ++frame) {
      wanted.emplace(pack, frame * kChunks);
    }
  }
  std::mutex mutex;
  std::multiset<std::tuple<std::size_t, std::uint32_t>> taken;
  reading.take = [&](const mounts::FrameContent& frame) -> core::Result<void> {
    const std::lock_guard lock(mutex);
    taken.emplace(frame.pack, frame.first);
    CHECK((frame.chunks == kChunks && frame.bytes.size() == 2'000));
    return {};
  };
  for (const std::size_t workers : {std::size_t{0}, std::size_t{1}, std::size_t{3}}) {
    taken.clear();
    CHECK(read(workers));
    CHECK(std::ranges::equal(taken, wanted));
  }
}

TEST_CASE_FIXTURE(Fixture, "reading: at most as many packs are in memory as there are workers") {
  for (const std::size_t workers : {std::size_t{1}, std::size_t{2}, std::size_t{4}}) {
    frames = 0;
    std::atomic<std::size_t> fetches = 0;
    const auto done = read(workers, [&](std::size_t number) {
      CHECK((number <= workers || frames >= (number - workers) * kFrames));
      ++fetches;
    });
    CHECK(done);
    CHECK((fetches == kPacks && frames == kPacks * kFrames));
  }
}

TEST_CASE_FIXTURE(Fixture, "reading: a pack is fetched while a frame of another is read") {
  Signal third;
  std::atomic<bool> waited = false;
  reading.take = [&](const mounts::FrameContent&) -> core::Result<void> {
    CHECK((waited.exchange(true) || third.comes()));
    return {};
  };
  CHECK(read(2, [&](std::size_t number) { number == 3 ? third.give() : void(); }));
}

TEST_CASE_FIXTURE(Fixture, "reading: two frames of the last pack are read at once") {
  reading.packs = {0};
  Signal second;
  std::atomic<std::size_t> begun = 0;
  reading.take = [&](const mounts::FrameContent&) -> core::Result<void> {
    const std::size_t number = ++begun;
    number == 2 ? second.give() : void();
    CHECK((number > 1 || second.comes()));
    return {};
  };
  CHECK(read(2));
}

TEST_CASE_FIXTURE(Fixture,
                  "reading: its preparation runs beside the first fetch, before any frame") {
  Signal first;
  reading.prepare = [&]() -> core::Result<void> {
    CHECK(first.comes());
    CHECK(frames == 0);
    return {};
  };
  CHECK(read(2, [&](std::size_t number) { number == 1 ? first.give() : void(); }));
  CHECK(frames == kPacks * kFrames);
}

TEST_CASE_FIXTURE(Fixture, "reading: without packs it is prepared all the same") {
  reading.packs.clear();
  bool prepared = false;
  reading.prepare = [&]() -> core::Result<void> {
    prepared = true;
    return {};
  };
  CHECK(read(2));
  CHECK(prepared);
}

TEST_CASE_FIXTURE(Fixture, "reading: its preparation fails while another thread waits for it") {
  Signal second;
  reading.prepare = [&]() -> core::Result<void> {
    CHECK(second.comes());
    return core::fail(core::ErrorKind::internal, "disk full");
  };
  CHECK_FALSE(read(3, [&](std::size_t number) { number == 2 ? second.give() : void(); }));
  CHECK(frames == 0);
}

TEST_CASE_FIXTURE(Fixture, "reading: the first error ends it") {
  SUBCASE("of a frame") {
    reading.take = [&](const mounts::FrameContent&) -> core::Result<void> {
      ++frames;
      return core::fail(core::ErrorKind::internal, "disk full");
    };
    CHECK_FALSE(read(2));
    CHECK(frames <= 2);
  }
  SUBCASE("of a pack that is not as large as the index says") {
    blobs.all.at(index.packs[1].digest.str()).pop_back();
    CHECK_FALSE(read(1));
    CHECK(frames == kFrames);
  }
}
