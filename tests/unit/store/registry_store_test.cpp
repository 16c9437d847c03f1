#include "store/registry_store.hpp"

#include "store/make_store.hpp"
#include "support/scripted_http.hpp"
#include "unit/registry/loopback_client.hpp"
#include "unit/store/sample_cache.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <vector>

using namespace buildcache;
using namespace std::chrono_literals;
using registry::LoopbackClient;
using registry::with_fault;
using store::CacheRef;
using store::RegistryStore;
using store::Verdict;

namespace {

const store::Stamp kStamp{"0123abc", "main", "2026-01-02T03:04:05Z", "protected"};

struct Fixture {
  explicit Fixture(support::FakeRegistryOptions options = {}) : c(std::move(options)) {}

  [[nodiscard]] CacheRef ref(const std::string& tag) const {
    CacheRef ref;
    ref.location.repository = c.repository;
    ref.tag = tag;
    return ref;
  }

  // A cache as BuildKit pushes it.
  core::Digest export_to(const std::string& tag,
                         const std::string& manifest = store::sample_manifest()) {
    c.fake.put_blob(store::sample_config());
    return c.fake.put_manifest("acme/cache", tag, manifest);
  }

  store::Answer survey(const std::string& tag, std::chrono::milliseconds deadline = 2s) {
    return store.survey(std::vector{ref(tag)}, deadline, {}).at(0);
  }
  store::Answer inspect(const std::string& tag, std::chrono::milliseconds deadline = 2s) {
    return store.inspect(std::vector{ref(tag)}, deadline, {}).at(0);
  }

  LoopbackClient c;
  RegistryStore store{c.client, c.clock, {}};
};

}  // namespace

TEST_CASE("registry store: found and absent") {
  Fixture f;
  const core::Digest digest = f.export_to("a--b-main");
  CHECK(f.survey("a--b-main").verdict == Verdict::found);
  CHECK(f.survey("a--b-main").digest == digest);
  CHECK(f.survey("a--b-other").verdict == Verdict::absent);
}

TEST_CASE("registry store: refusals, absence and silence are different verdicts") {
  struct Case {
    const char* fault;
    Verdict verdict;
  };
  for (const Case& each : {Case{"401", Verdict::unauthorized},
                           Case{"403", Verdict::forbidden},
                           Case{"404", Verdict::absent},
                           Case{"429", Verdict::unreachable},
                           Case{"500", Verdict::unreachable},
                           Case{"hang", Verdict::timed_out}}) {
    Fixture f(with_fault(each.fault));
    const auto answer = f.survey("a--b-main", 300ms);
    CHECK_MESSAGE(answer.verdict == each.verdict, each.fault);
    CHECK(!answer.reason.empty());
  }
}

TEST_CASE("registry store: answers come in the order of the refs, within the deadline") {
  auto options = with_fault("hang", "manifests");
  options.fault_after = 3;
  Fixture f(options);
  std::vector<CacheRef> refs(40, f.ref("a--b-none"));
  const auto start = std::chrono::steady_clock::now();
  const auto answers = f.store.survey(refs, 500ms, {});
  CHECK(std::chrono::steady_clock::now() - start < 2s);
  REQUIRE(answers.size() == 40);
  CHECK(std::ranges::count(answers, Verdict::absent, &store::Answer::verdict) == 3);
  CHECK(std::ranges::count(answers, Verdict::timed_out, &store::Answer::verdict) == 37);
}

TEST_CASE("registry store: thirty-two probes with tokens take five round trips at most") {
  support::FakeRegistryOptions options;
  options.auth = support::FakeRegistryOptions::Auth::bearer;
  options.delay = 200ms;
  Fixture f(options);
  const std::vector<CacheRef> refs(32, f.ref("a--b-none"));
  const auto start = std::chrono::steady_clock::now();
  const auto answers = f.store.survey(refs, 10s, {});
  // 401, token, answer; the connection costs nothing here. The fourth is for a busy machine.
  CHECK(std::chrono::steady_clock::now() - start < 4 * options.delay);
  CHECK(std::ranges::count(answers, Verdict::absent, &store::Answer::verdict) == 32);
  CHECK(f.c.fake.count("GET", "/token") == 1);
}

TEST_CASE("registry store: inspection reads manifest, config and stamp") {
  Fixture f;
  const auto bytes = store::stamped(store::sample_manifest(), kStamp);
  const core::Digest digest = f.export_to("a--b-main", *bytes);
  const auto answer = f.inspect("a--b-main");
  CHECK(answer.verdict == Verdict::found);
  CHECK(answer.inspected);
  CHECK(answer.digest == digest);
  CHECK(answer.stamp == kStamp);
  CHECK(answer.bytes ==
        store::sample_config().size() + store::kLayer.size() + store::kOtherLayer.size());
}

TEST_CASE("registry store: broken, foreign and oversized caches are unusable, with the reason") {
  Fixture f;
  f.export_to("a--b-image", R"({"config":)" + store::descriptor("x", "{}") + R"(,"layers":[]})");
  CHECK(f.inspect("a--b-image").verdict == Verdict::unusable);
  CHECK(f.inspect("a--b-image").reason.find("not an exported cache") != std::string::npos);
  f.export_to("a--b-json", "{\"config\":");
  CHECK(f.inspect("a--b-json").verdict == Verdict::unusable);
  const std::string large_config((1U << 20U) + 1, ' ');
  f.export_to("a--b-large", store::sample_manifest(large_config));
  CHECK(f.inspect("a--b-large").reason.find("at most 1 MiB") != std::string::npos);
  f.export_to("a--b-gone", store::sample_manifest("another config"));
  CHECK(f.inspect("a--b-gone").verdict == Verdict::unusable);
  for (const char* fault : {"truncated", "wrong-json", "wrong-digest"}) {
    Fixture faulty(with_fault(fault));
    faulty.export_to("a--b-main");
    CHECK_MESSAGE(faulty.inspect("a--b-main").verdict == Verdict::unusable, fault);
  }
  Fixture hanging(with_fault("hang", "blobs"));
  hanging.export_to("a--b-main");
  CHECK(hanging.inspect("a--b-main", 300ms).verdict == Verdict::timed_out);
}

TEST_CASE("registry store: publishing stamps the exported manifest under each tag") {
  Fixture f;
  const core::Digest exported = f.export_to("a--x-1");
  const auto published =
      f.store.publish(f.ref("a--x-1"), exported, {"a--b-main", "a--c-1"}, kStamp);
  REQUIRE(published.has_value());
  CHECK(published->at(0).digest == published->at(1).digest);
  for (const char* tag : {"a--b-main", "a--c-1"}) {
    CHECK(f.inspect(tag).stamp == kStamp);
    CHECK(f.survey(tag).digest == published->at(0).digest);
  }
  CHECK(f.survey("a--x-1").verdict == Verdict::absent);
}

TEST_CASE("registry store: a staging tag that cannot be deleted is no failure") {
  support::FakeRegistryOptions options;
  options.delete_allowed = false;
  Fixture f(options);
  f.export_to("a--x-1");
  const auto published = f.store.publish(f.ref("a--x-1"), std::nullopt, {"a--b-main"}, kStamp);
  REQUIRE(published.has_value());
  CHECK(published->at(0).digest.has_value());
}

TEST_CASE("registry store: nothing exported is not_found") {
  Fixture f;
  const auto published = f.store.publish(f.ref("a--x-1"), std::nullopt, {"a--b-main"}, kStamp);
  REQUIRE(!published.has_value());
  CHECK(published.error().kind == core::ErrorKind::not_found);
}

TEST_CASE("registry store: a cache BuildKit would not import leaves the older one in place") {
  Fixture f;
  const core::Digest old = f.export_to("a--b-main");
  f.export_to("a--x-1", store::sample_manifest(std::string((1U << 20U) + 1, ' ')));
  const auto published = f.store.publish(f.ref("a--x-1"), std::nullopt, {"a--b-main"}, kStamp);
  REQUIRE(!published.has_value());
  CHECK(published.error().message.find("at most 1 MiB") != std::string::npos);
  CHECK(f.survey("a--b-main").digest == old);
}

TEST_CASE("registry store: a tag that cannot be written keeps its own error") {
  auto options = with_fault("403", "manifests");
  options.fault_after = 1;  // reading the exported manifest works
  Fixture f(options);
  f.export_to("a--x-1");
  const auto published = f.store.publish(f.ref("a--x-1"), std::nullopt, {"a--b-main"}, kStamp);
  REQUIRE(published.has_value());
  REQUIRE(published->at(0).error.has_value());
  CHECK(published->at(0).error->kind == core::ErrorKind::forbidden);
  CHECK(published->at(0).error->message.find("DENIED") != std::string::npos);
}

TEST_CASE("store: refs of both kinds are answered in their order") {
  Fixture f;
  f.export_to("a--b-main");
  CacheRef local;
  local.location.kind = config::StoreKind::local;
  local.location.directory = "/cache";
  local.tag = "a--b-main";
  support::ScriptedHttp http;
  const sys::Environment environment;
  const std::optional<aws::Keys> no_keys;
  const auto routed =
      store::make_store({f.c.client, http, f.c.files, f.c.clock, environment, no_keys, {}});
  const auto answers =
      routed->survey(std::vector{f.ref("a--b-main"), local, f.ref("a--b-none")}, 2s, {});
  REQUIRE(answers.size() == 3);
  CHECK(answers[0].verdict == Verdict::found);
  CHECK(answers[1].reason == "not in /cache");
  CHECK(answers[2].verdict == Verdict::absent);
  REQUIRE(routed->prepare(local).has_value());
  CHECK(f.c.files.exists("/cache/tags/a--b-main/blobs"));
}
