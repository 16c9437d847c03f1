#include "core/base64.hpp"
#include "store/registry_store.hpp"
#include "unit/registry/loopback_client.hpp"
#include "unit/store/sample_cache.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <vector>

using namespace buildcache;
using namespace std::chrono_literals;
using store::Verdict;

namespace {

constexpr const char* kImageConfig = "application/vnd.oci.image.config.v1+json";
constexpr const char* kManifest = "application/vnd.oci.image.manifest.v1+json";
constexpr const char* kIndex = "application/vnd.oci.image.index.v1+json";
const store::Stamp kStamp{"0123abc", "main", "2026-01-02T03:04:05Z", "protected", 104s};

std::string config_with(const std::string& records) {
  return R"({"os":"linux","moby.buildkit.cache.v0":")" + core::base64_encoded(records) + "\"}";
}

std::string cached_config() {
  return config_with(R"([{"digest":"sha256:a","layers":[]}])");
}

std::string image_of(const std::string& config) {
  return R"({"schemaVersion":2,"mediaType":")" + std::string(kManifest) + R"(","config":)" +
         store::descriptor(kImageConfig, config) + R"(,"layers":[)" + store::sample_layers() + "]}";
}

std::string index_of(const std::vector<std::string>& images) {
  std::string entries;
  for (const std::string& image : images) {
    entries += (entries.empty() ? "" : ",") + store::descriptor(kManifest, image);
  }
  const std::string attestation = store::descriptor(kManifest, "attestation");
  return R"({"schemaVersion":2,"mediaType":")" + std::string(kIndex) + R"(","manifests":[)" +
         entries + "," + attestation.substr(0, attestation.size() - 1) +
         R"(,"platform":{"os":"unknown","architecture":"unknown"}}]})";
}

struct Fixture {
  registry::LoopbackClient c;
  store::RegistryStore store{c.client, c.clock, {}};

  store::CacheRef ref(const std::string& tag) {
    store::CacheRef ref;
    ref.location = {config::StoreKind::in_image, c.repository, ""};
    ref.tag = tag;
    return ref;
  }
  core::Digest push(const std::string& tag, const std::string& bytes) {
    return c.fake.put_manifest("acme/cache", tag, bytes);
  }
  store::Answer inspect(const std::string& tag) {
    return store.inspect(std::vector{ref(tag)}, 2s, {}).at(0);
  }
};

}  // namespace

TEST_CASE("inline cache: an image that has one is found, with its size and stamp") {
  Fixture f;
  f.c.fake.put_blob(cached_config());
  f.push("a--b-main", *store::stamped(image_of(cached_config()), kStamp));
  const auto answer = f.inspect("a--b-main");
  CHECK(answer.verdict == Verdict::found);
  CHECK(answer.stamp == kStamp);
  CHECK(answer.bytes == cached_config().size() + store::kLayer.size() + store::kOtherLayer.size());
}

TEST_CASE("inline cache: what has none is unusable, with the reason") {
  Fixture f;
  const std::vector<std::pair<std::string, const char*>> cases{
      {R"({"os":"linux"})", "without an inline cache"},
      {config_with("[]"), "no records"},
      {config_with("{"), "no records"},
      {R"({"moby.buildkit.cache.v0":"%%%"})", "no records"},
      {"not JSON", "without an inline cache"}};
  for (const auto& each : cases) {
    CAPTURE(each.first);
    f.c.fake.put_blob(each.first);
    f.push("a--b-main", image_of(each.first));
    const auto answer = f.inspect("a--b-main");
    CHECK(answer.verdict == Verdict::unusable);
    CHECK(answer.reason.find(each.second) != std::string::npos);
  }
}

TEST_CASE(
    "inline cache: of an index one image with a cache is enough, attestations are not asked") {
  Fixture f;
  const std::string plain = R"({"os":"linux"})";
  f.c.fake.put_blob(plain);
  f.c.fake.put_blob(cached_config());
  f.push("one", image_of(plain));
  f.push("two", image_of(cached_config()));
  f.push("a--b-main", index_of({image_of(plain), image_of(cached_config())}));
  CHECK(f.inspect("a--b-main").verdict == Verdict::found);
  f.push("a--b-none", index_of({image_of(plain)}));
  CHECK(f.inspect("a--b-none").verdict == Verdict::unusable);
  f.push("a--b-gone", index_of({"gone"}));
  CHECK(f.inspect("a--b-gone").verdict == Verdict::unusable);
}

TEST_CASE("inline cache: an exported image is published under each tag with its stamp") {
  Fixture f;
  f.c.fake.put_blob(cached_config());
  const auto digest = f.push("a--x-1", image_of(cached_config()));
  const auto published = f.store.publish(f.ref("a--x-1"), digest, {"a--b-main", "a--c-1"}, kStamp);
  REQUIRE(published.has_value());
  CHECK(f.inspect("a--b-main").stamp == kStamp);
  CHECK(f.inspect("a--c-1").stamp == kStamp);
  CHECK_FALSE(f.c.fake.manifest("acme/cache", "a--x-1").has_value());
}

TEST_CASE("inline cache: an image without a cache is not published") {
  Fixture f;
  f.c.fake.put_blob("{}");
  const auto digest = f.push("a--x-1", image_of("{}"));
  const auto published = f.store.publish(f.ref("a--x-1"), digest, {"a--b-main"}, kStamp);
  REQUIRE_FALSE(published.has_value());
  CHECK(published.error().kind == core::ErrorKind::bad_response);
  CHECK_FALSE(f.c.fake.manifest("acme/cache", "a--b-main").has_value());
}

TEST_CASE("inline cache: hostile indexes and manifests are refused") {
  const std::string manifest = store::descriptor(kManifest, "x");
  std::string many = manifest;
  for (int i = 0; i < 40; ++i) {
    many += "," + manifest;
  }
  for (const std::string& bytes : {std::string(R"({"manifests":[]})"),
                                   std::string(R"({"manifests":{}})"),
                                   R"({"manifests":[)" + many + "]}",
                                   std::string(R"({"manifests":[{"digest":"sha256:x"}]})"),
                                   std::string(R"({"config":{}})"),
                                   std::string("[]"),
                                   std::string((1U << 20U) + 1, ' ')}) {
    CAPTURE(bytes.substr(0, 60));
    CHECK_FALSE(store::read_image_manifest(bytes).has_value());
  }
  CHECK_FALSE(store::read_image_manifest(store::sample_manifest()).has_value());
  CHECK_FALSE(store::read_image_manifest(store::sample_index()).has_value());
}
