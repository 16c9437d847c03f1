#include "store/local_store.hpp"

#include "store/cache_manifest.hpp"
#include "store/local_layout.hpp"
#include "support/fake_clock.hpp"
#include "sys/posix_files.hpp"
#include "unit/store/sample_cache.hpp"

#include <doctest/doctest.h>

using namespace buildcache;
using namespace std::chrono_literals;
using store::CacheRef;
using store::LocalStore;
using store::Verdict;

namespace {

const store::Stamp kStamp{"0123abc", "main", "2026-01-02T03:04:05Z", "protected"};

// On the real file system: symbolic links are half of the layout.
struct Fixture {
  Fixture() : root(files.make_temporary_directory("/tmp", "buildcache-test-").value()) {}
  Fixture(const Fixture&) = delete;
  Fixture& operator=(const Fixture&) = delete;
  ~Fixture() { static_cast<void>(files.remove_all(root)); }

  [[nodiscard]] CacheRef ref(const std::string& tag) const {
    CacheRef ref;
    ref.location.kind = config::StoreKind::local;
    ref.location.directory = root;
    ref.tag = tag;
    return ref;
  }

  // What BuildKit leaves after exporting to `staging`.
  void export_to(const CacheRef& staging, const std::string& manifest = store::sample_manifest()) {
    REQUIRE(local.prepare(staging).has_value());
    const core::Digest digest = core::Digest::of(manifest);
    add_blob(manifest);
    add_blob(store::sample_config());
    if (const auto read = store::read_cache_manifest(manifest)) {
      for (const core::Digest& layer : read->layers) {
        write(store::blob_path(root, layer), "layer");
      }
    }
    const std::string index = store::index_of("m", digest, manifest.size(), staging.tag);
    REQUIRE(files.write(store::layout_of(staging) + "/index.json", index, 0644).has_value());
  }

  void add_blob(const std::string& bytes) {
    write(store::blob_path(root, core::Digest::of(bytes)), bytes);
  }

  // Writes a file and the folders above it.
  void write(const std::string& path, const std::string& content) {
    REQUIRE(files.make_directories(path.substr(0, path.rfind('/')), 0755).has_value());
    REQUIRE(files.write(path, content, 0644).has_value());
  }

  store::Answer survey(const CacheRef& asked) {
    return local.survey(std::vector{asked}, 1s, {}).at(0);
  }
  store::Answer inspect(const CacheRef& asked) {
    return local.inspect(std::vector{asked}, 1s, {}).at(0);
  }

  sys::PosixFiles files;
  support::FakeClock clock;
  std::string root;
  LocalStore local{files, clock};
};

}  // namespace

TEST_CASE("local store: an empty directory holds nothing") {
  Fixture f;
  CHECK(f.survey(f.ref("api--b-main")).verdict == Verdict::absent);
  CHECK(f.inspect(f.ref("api--b-main")).verdict == Verdict::absent);
}

TEST_CASE("local store: what was exported is published under each tag with its stamp") {
  Fixture f;
  f.export_to(f.ref("api--x-1"));
  const auto published =
      f.local.publish(f.ref("api--x-1"), std::nullopt, {"api--b-main", "api--c-1"}, kStamp);
  REQUIRE(published.has_value());
  REQUIRE(published->size() == 2);
  for (const store::Published& each : *published) {
    REQUIRE(each.digest.has_value());
    const auto found = f.survey(f.ref(each.tag));
    CHECK(found.verdict == Verdict::found);
    CHECK(found.digest == each.digest);
    const auto inspected = f.inspect(f.ref(each.tag));
    CHECK(inspected.verdict == Verdict::found);
    CHECK(inspected.inspected);
    CHECK(inspected.stamp == kStamp);
    CHECK(inspected.bytes > 0);
  }
  CHECK(f.survey(f.ref("api--x-1")).verdict == Verdict::absent);
}

TEST_CASE("local store: a later publication replaces the tag, others stay") {
  Fixture f;
  f.export_to(f.ref("api--x-1"));
  const auto first = f.local.publish(f.ref("api--x-1"), std::nullopt, {"a--b-m", "a--c-1"}, kStamp);
  f.export_to(f.ref("api--x-2"));
  store::Stamp later = kStamp;
  later.revision = "456";
  REQUIRE(f.local.publish(f.ref("api--x-2"), std::nullopt, {"a--b-m"}, later).has_value());
  CHECK(f.inspect(f.ref("a--b-m")).stamp->revision == "456");
  CHECK(f.inspect(f.ref("a--c-1")).stamp->revision == "0123abc");
}

TEST_CASE("local store: nothing exported is not_found, and older caches stay") {
  Fixture f;
  REQUIRE(f.local.prepare(f.ref("api--x-1")).has_value());
  const auto published = f.local.publish(f.ref("api--x-1"), std::nullopt, {"a--b-m"}, kStamp);
  REQUIRE(!published.has_value());
  CHECK(published.error().kind == core::ErrorKind::not_found);
  CHECK(f.survey(f.ref("a--b-m")).verdict == Verdict::absent);
}

TEST_CASE("local store: an export into an unprepared folder is refused, not half published") {
  Fixture f;
  const CacheRef staging = f.ref("api--x-1");
  const std::string manifest = store::sample_manifest();
  const std::string layout = store::layout_of(staging);
  f.write(store::blob_path(layout, core::Digest::of(manifest)), manifest);
  f.write(layout + "/index.json",
          store::index_of("m", core::Digest::of(manifest), manifest.size(), staging.tag));
  CHECK(!f.local.publish(staging, std::nullopt, {"a--b-m"}, kStamp).has_value());
}

TEST_CASE("local store: a cache BuildKit would not import is not published") {
  Fixture f;
  f.export_to(f.ref("api--x-1"), store::sample_manifest(std::string((1U << 20U) + 1, ' ')));
  const auto published = f.local.publish(f.ref("api--x-1"), std::nullopt, {"a--b-m"}, kStamp);
  REQUIRE(!published.has_value());
  CHECK(published.error().kind == core::ErrorKind::bad_response);
}

TEST_CASE("local store: broken index, manifest and config are unusable") {
  Fixture f;
  f.write(f.root + "/tags/a--b-1/index.json", "{");
  CHECK(f.survey(f.ref("a--b-1")).verdict == Verdict::unusable);
  CHECK(f.inspect(f.ref("a--b-1")).verdict == Verdict::unusable);

  f.export_to(f.ref("a--b-2"));
  f.write(store::blob_path(f.root, core::Digest::of(store::sample_config())), "{}");
  CHECK(f.inspect(f.ref("a--b-2")).verdict == Verdict::unusable);

  f.export_to(f.ref("a--b-3"), "{}");
  CHECK(f.inspect(f.ref("a--b-3")).verdict == Verdict::unusable);
}

TEST_CASE("local store: a pinned ref whose manifest is gone is unusable") {
  Fixture f;
  CacheRef pinned = f.ref("a--b-1");
  pinned.digest = core::Digest::of("gone");
  CHECK(f.inspect(pinned).verdict == Verdict::unusable);
}

TEST_CASE("local store: a cache with a layer missing is unusable") {
  Fixture f;
  f.export_to(f.ref("a--b-1"));
  REQUIRE(f.inspect(f.ref("a--b-1")).verdict == Verdict::found);
  const auto manifest = store::read_cache_manifest(store::sample_manifest());
  REQUIRE(manifest.has_value());
  const std::string layer = store::blob_path(f.root, *manifest->layers.begin());
  REQUIRE(f.files.remove_all(layer).has_value());
  const store::Answer answer = f.inspect(f.ref("a--b-1"));
  CHECK(answer.verdict == Verdict::unusable);
  CHECK(answer.reason.find("is missing") != std::string::npos);
}

TEST_CASE("local store: a tag that would leave the directory is refused") {
  Fixture f;
  CHECK(!f.local.prepare(f.ref("../../etc")).has_value());
}

TEST_CASE("local store: one tag that cannot be written does not hinder the others") {
  Fixture f;
  f.export_to(f.ref("api--x-1"));
  REQUIRE(f.files.make_directories(f.root + "/tags/a--b-1/index.json", 0755).has_value());
  const auto published =
      f.local.publish(f.ref("api--x-1"), std::nullopt, {"a--b-1", "a--b-2"}, kStamp);
  REQUIRE(published.has_value());
  CHECK(published->at(0).error.has_value());
  CHECK(!published->at(0).digest.has_value());
  CHECK(published->at(1).digest.has_value());
}

TEST_CASE("local store: a stop request leaves the rest unasked") {
  Fixture f;
  std::stop_source stop;
  stop.request_stop();
  CHECK(f.local.survey(std::vector{f.ref("a--b-1")}, 1s, stop.get_token()).at(0).verdict ==
        Verdict::skipped);
}
