#include "store/object_store.hpp"

#include "store/cache_manifest.hpp"
#include "store/object_manifest.hpp"
#include "support/fake_clock.hpp"
#include "unit/store/sample_cache.hpp"

#include <doctest/doctest.h>

#include <map>
#include <mutex>
#include <string>

using namespace buildcache;
using namespace std::chrono_literals;
using store::CacheRef;
using store::Verdict;

namespace {

const store::Stamp kStamp{"0123abc", "main", "2026-01-02T03:04:05Z", "protected"};

// Objects in memory; asking for a tag listed in `faults` fails as it says.
class MemoryObjects final : public store::ManifestObjects {
 public:
  core::Result<bool> exists(const CacheRef& ref, const registry::Limits& /*limits*/) override {
    const std::lock_guard lock(mutex);
    if (auto fault = fault_of(ref)) {
      return tl::unexpected(*fault);
    }
    return objects.contains(ref.tag);
  }
  core::Result<std::string> read(const CacheRef& ref, const registry::Limits& /*limits*/) override {
    const std::lock_guard lock(mutex);
    if (auto fault = fault_of(ref)) {
      return tl::unexpected(*fault);
    }
    const auto found = objects.find(ref.tag);
    return found != objects.end() ? core::Result<std::string>(found->second)
                                  : core::fail(core::ErrorKind::not_found, "no such object");
  }
  core::Result<void> write(const CacheRef& ref,
                           std::string_view bytes,
                           const registry::Limits& /*limits*/) override {
    const std::lock_guard lock(mutex);
    if (auto fault = fault_of(ref)) {
      return tl::unexpected(*fault);
    }
    objects[ref.tag] = bytes;
    return {};
  }
  core::Result<void> clear(const CacheRef& ref, const registry::Limits& /*limits*/) override {
    const std::lock_guard lock(mutex);
    objects.erase(ref.tag);
    return {};
  }

  std::optional<core::Error> fault_of(const CacheRef& ref) {
    const auto fault = faults.find(ref.tag);
    return fault == faults.end()
               ? std::nullopt
               : std::optional(core::Error{fault->second, "a fault of the test", {}, {}});
  }

  std::mutex mutex;
  std::map<std::string, std::string> objects;
  std::map<std::string, core::ErrorKind> faults;
};

struct Fixture {
  static CacheRef ref(const std::string& tag) {
    CacheRef ref;
    ref.location.kind = config::StoreKind::gha;
    ref.tag = tag;
    return ref;
  }
  store::Answer survey(const std::string& tag) {
    return object_store.survey(std::vector{ref(tag)}, 1s, {}).at(0);
  }
  store::Answer inspect(const std::string& tag) {
    return object_store.inspect(std::vector{ref(tag)}, 1s, {}).at(0);
  }

  support::FakeClock clock;
  MemoryObjects* objects = new MemoryObjects;  // owned by the store
  store::ObjectStore object_store{std::unique_ptr<store::ManifestObjects>(objects), clock, {}};
};

}  // namespace

TEST_CASE("object store: found, absent, and each failure is a verdict of its own") {
  Fixture f;
  f.objects->objects["here"] = "x";
  f.objects->faults = {{"401", core::ErrorKind::unauthorized},
                       {"403", core::ErrorKind::forbidden},
                       {"503", core::ErrorKind::unavailable},
                       {"slow", core::ErrorKind::timed_out},
                       {"garbage", core::ErrorKind::bad_response}};
  CHECK(f.survey("here").verdict == Verdict::found);
  CHECK(f.survey("gone").verdict == Verdict::absent);
  CHECK(f.survey("gone").reason == "not in gha");
  CHECK(f.survey("401").verdict == Verdict::unauthorized);
  CHECK(f.survey("403").verdict == Verdict::forbidden);
  CHECK(f.survey("503").verdict == Verdict::unreachable);
  CHECK(f.survey("slow").verdict == Verdict::timed_out);
  CHECK(f.survey("garbage").verdict == Verdict::unreachable);
  CHECK(f.inspect("garbage").verdict == Verdict::unusable);
}

TEST_CASE("object store: no time and no wish are not asked") {
  Fixture f;
  const std::vector refs{Fixture::ref("here")};
  CHECK(f.object_store.survey(refs, 0ms, {}).at(0).verdict == Verdict::timed_out);
  std::stop_source stop;
  stop.request_stop();
  CHECK(f.object_store.survey(refs, 1s, stop.get_token()).at(0).verdict == Verdict::skipped);
}

TEST_CASE("object store: reading tells size, stamp and digest, or why it is of no use") {
  Fixture f;
  f.objects->objects["good"] = *store::stamped(store::sample_object(), kStamp);
  f.objects->objects["bad"] = "<html>";
  const auto good = f.inspect("good");
  CHECK(good.verdict == Verdict::found);
  CHECK(good.inspected);
  CHECK(good.stamp == kStamp);
  CHECK(good.digest == core::Digest::of(f.objects->objects["good"]));
  CHECK(good.bytes > 0);
  CHECK(f.inspect("bad").verdict == Verdict::unusable);
  CHECK(f.inspect("gone").verdict == Verdict::unusable);
}

TEST_CASE("object store: one export becomes a stamped cache under each tag, the staging one goes") {
  Fixture f;
  f.objects->objects["a--x-1"] = store::sample_object();
  const auto published =
      f.object_store.publish(Fixture::ref("a--x-1"), std::nullopt, {"a--b-main", "a--c-1"}, kStamp);
  REQUIRE(published.has_value());
  REQUIRE(published->size() == 2);
  CHECK(f.objects->objects.size() == 2);
  for (const store::Published& each : *published) {
    CHECK_FALSE(each.error.has_value());
    CHECK(each.digest == core::Digest::of(f.objects->objects.at(each.tag)));
    CHECK(f.inspect(each.tag).stamp == kStamp);
  }
}

TEST_CASE("object store: an export that never happened is told with a hint, older caches stay") {
  Fixture f;
  f.objects->objects["a--x-1"] = store::sample_object();  // of an earlier run
  f.objects->objects["a--b-main"] = "older";
  REQUIRE(f.object_store.prepare(Fixture::ref("a--x-1")).has_value());
  const auto published =
      f.object_store.publish(Fixture::ref("a--x-1"), std::nullopt, {"a--b-main"}, kStamp);
  REQUIRE_FALSE(published.has_value());
  CHECK(published.error().kind == core::ErrorKind::not_found);
  CHECK(published.error().hint.find("builder") != std::string::npos);
  CHECK(f.objects->objects["a--b-main"] == "older");
}

TEST_CASE("object store: what was exported is no cache, or one tag cannot be written") {
  Fixture f;
  f.objects->objects["a--x-1"] = "<html>";
  const auto broken =
      f.object_store.publish(Fixture::ref("a--x-1"), std::nullopt, {"a--b-main"}, kStamp);
  REQUIRE_FALSE(broken.has_value());
  CHECK(broken.error().kind == core::ErrorKind::bad_response);
  f.objects->objects["a--x-1"] = store::sample_object();
  f.objects->faults["a--c-1"] = core::ErrorKind::forbidden;
  const auto half =
      f.object_store.publish(Fixture::ref("a--x-1"), std::nullopt, {"a--b-main", "a--c-1"}, kStamp);
  REQUIRE(half.has_value());
  CHECK_FALSE(half->at(0).error.has_value());
  CHECK(half->at(1).error->kind == core::ErrorKind::forbidden);
}
