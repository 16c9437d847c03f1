#include "store/cache_manifest.hpp"

#include "unit/store/sample_cache.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace buildcache;
using store::check_cache_config;
using store::read_cache_manifest;
using store::Stamp;
using store::stamped;

namespace {

const Stamp kStamp{
    "0123abc", "main", "2026-01-02T03:04:05Z", "protected", std::chrono::milliseconds(104200)};

std::set<core::Digest> listed() {
  return {core::Digest::of(store::kLayer), core::Digest::of(store::kOtherLayer)};
}

std::string reason_of(const std::string& manifest) {
  const auto read = read_cache_manifest(manifest);
  REQUIRE_MESSAGE(!read.has_value(), manifest);
  CHECK(read.error().kind == core::ErrorKind::bad_response);
  return read.error().message;
}

std::string config_with(const std::string& layers, const std::string& records) {
  return R"({"layers":[)" + layers + R"(],"records":[)" + records + "]}";
}

std::string layer(const std::string& rest) {
  return R"({"blob":")" + core::Digest::of(store::kLayer).str() + "\"" + rest + "}";
}

}  // namespace

TEST_CASE("cache manifest: both of BuildKit's forms are read, repeated layers counted once") {
  const std::uint64_t size =
      store::sample_config().size() + store::kLayer.size() + store::kOtherLayer.size();
  for (const std::string& text : {store::sample_manifest(), store::sample_index()}) {
    const auto manifest = read_cache_manifest(text);
    REQUIRE(manifest.has_value());
    CHECK(manifest->config == core::Digest::of(store::sample_config()));
    CHECK(manifest->layers == listed());
    CHECK(manifest->bytes == size);
    CHECK(!manifest->stamp.has_value());
  }
}

TEST_CASE("cache manifest: an image is told from a cache") {
  const std::string image = R"({"schemaVersion":2,"config":)" +
                            store::descriptor("application/vnd.oci.image.config.v1+json", "{}") +
                            R"(,"layers":[]})";
  CHECK(reason_of(image) == "it is an image, not an exported cache");
}

TEST_CASE("cache manifest: what BuildKit refuses for its size is unusable") {
  const std::string large =
      R"({"schemaVersion":2,"config":{"mediaType":"application/vnd.buildkit.cacheconfig.v0","digest":")" +
      core::Digest::of("x").str() + R"(","size":1048577},"layers":[]})";
  CHECK(reason_of(large).find("cache config") != std::string::npos);
  CHECK(reason_of(large).find("at most 1 MiB") != std::string::npos);
  std::string at_limit = large;
  at_limit.replace(at_limit.find("1048577"), 7, "1048576");
  CHECK(read_cache_manifest(at_limit).has_value());
  CHECK(reason_of(std::string((1U << 20U) + 1, ' ')).find("manifest") != std::string::npos);
}

TEST_CASE("cache manifest: broken documents are unusable") {
  for (const char* text : {"",
                           "{",
                           "[]",
                           "7",
                           "{}",
                           R"({"manifests":{}})",
                           R"({"config":{}, "layers":[]})",
                           R"({"config":{"digest":"sha256:x","size":1},"layers":[]})",
                           R"({"manifests":[7]})"}) {
    reason_of(text);
  }
  std::string negative = store::sample_manifest();
  negative.replace(negative.find("\"size\":"), 7, "\"size\":-");
  reason_of(negative);
}

TEST_CASE("stamp: is written into the annotations and read back, the rest keeps its meaning") {
  const std::string text = store::sample_manifest();
  const auto with_stamp = stamped(text, kStamp);
  REQUIRE(with_stamp.has_value());
  CHECK(read_cache_manifest(*with_stamp)->stamp == kStamp);
  auto before = nlohmann::json::parse(text);
  auto after = nlohmann::json::parse(*with_stamp);
  CHECK(after["annotations"].size() == 5);
  after.erase("annotations");
  CHECK(before == after);
}

TEST_CASE("stamp: annotations of others stay, an older stamp is replaced") {
  std::string text = store::sample_manifest();
  text.insert(1, R"("annotations":{"x.y":"z","buildcache.trust":"fork"},)");
  const auto with_stamp = stamped(text, kStamp);
  REQUIRE(with_stamp.has_value());
  const auto annotations = nlohmann::json::parse(*with_stamp)["annotations"];
  CHECK(annotations["x.y"] == "z");
  CHECK(annotations["buildcache.trust"] == "protected");
}

TEST_CASE("stamp: hostile values are made printable both ways") {
  Stamp hostile = kStamp;
  hostile.ref_name = "a\xff\n::error::b";
  const auto with_stamp = stamped(store::sample_manifest(), hostile);
  REQUIRE(with_stamp.has_value());
  CHECK(read_cache_manifest(*with_stamp)->stamp->ref_name.find('\n') == std::string::npos);
  std::string text = store::sample_manifest();
  text.insert(
      1,
      R"("annotations":{"buildcache.trust":"a\u001b[31m","org.opencontainers.image.revision":7},)");
  const auto stamp = read_cache_manifest(text)->stamp;
  REQUIRE(stamp.has_value());
  CHECK(stamp->trust.find('\x1b') == std::string::npos);
  CHECK(stamp->revision.empty());
}

TEST_CASE("stamp: an absurd or unknown time of a cold build is none") {
  for (const char* text : {"", "-1", "12x", "99999999999999999999", "999999999999"}) {
    const std::string manifest =
        std::string(R"({"annotations":{"buildcache.trust":"branch","buildcache.cold-ms":")") +
        text + R"("}})";
    CAPTURE(text);
    CHECK(store::stamp_in(manifest)->cold.count() == 0);
  }
  Stamp unknown = kStamp;
  unknown.cold = {};
  const auto again = stamped(*stamped(store::sample_manifest(), kStamp), unknown);
  CHECK(again->find("cold-ms") == std::string::npos);
}

TEST_CASE("stamp: what is no object, or nested without end, is refused") {
  CHECK(!stamped("[]", kStamp).has_value());
  CHECK(!stamped("", kStamp).has_value());
  CHECK(!stamped(R"({"a":)" + std::string(100000, '['), kStamp).has_value());
  CHECK(stamped(R"({"a":"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\"[["})", kStamp).has_value());
}

TEST_CASE("cache config: a good one passes") {
  CHECK(check_cache_config(store::sample_config(), listed()).has_value());
}

TEST_CASE("cache config: a missing parent means layer 0, so layer 0 needs its -1") {
  const std::string record = R"({"digest":"sha256:a"})";
  CHECK(check_cache_config(config_with(layer(R"(,"parent":-1)"), record), listed()).has_value());
  CHECK(!check_cache_config(config_with(layer(""), record), listed()).has_value());
}

TEST_CASE("cache config: loops, indexes out of range and unlisted blobs are refused") {
  const std::string good_layer = layer(R"(,"parent":-1)");
  const std::string record = R"({"digest":"sha256:a"})";
  for (const std::string& text : {
           std::string("{"),
           std::string("[]"),
           config_with(good_layer, ""),
           config_with(layer(R"(,"parent":1)"), record),
           config_with(layer(R"(,"parent":-2)"), record),
           config_with(layer(R"(,"parent":"x")"), record),
           config_with(layer(R"(,"parent":1)") + "," + layer(R"(,"parent":0)"), record),
           config_with(R"({"blob":"sha256:x","parent":-1})", record),
           config_with(R"({"parent":-1})", record),
           config_with(good_layer, "7"),
           config_with(good_layer, R"({"layers":[{"layer":1}]})"),
           config_with(good_layer, R"({"layers":[{"layer":-1}]})"),
           config_with(good_layer, R"({"layers":{}})"),
           config_with(good_layer, R"({"chains":[{"layers":[0,1]}]})"),
           config_with(good_layer, R"({"inputs":[[{"link":1}]]})"),
           config_with(good_layer, R"({"inputs":[{"link":0}]})"),
           config_with(good_layer, R"({"inputs":[[{"link":0}]]})"),
           config_with(good_layer, R"({"inputs":[[{"link":1}]]},{"inputs":[[{"link":0}]]})"),
           config_with(good_layer, R"({"layers":[{"layer":99999999999999999999}]})"),
       }) {
    CHECK_MESSAGE(!check_cache_config(text, listed()).has_value(), text);
  }
  const std::string blob = R"({"blob":")" + core::Digest::of("other").str() + R"(","parent":-1})";
  CHECK(!check_cache_config(config_with(blob, record), listed()).has_value());
}

TEST_CASE("cache config: a chain of many thousand layers is walked without recursion") {
  std::string layers = layer(R"(,"parent":-1)");
  for (int i = 0; i < 20000; ++i) {
    layers += "," + layer(",\"parent\":" + std::to_string(i));
  }
  CHECK(check_cache_config(config_with(layers, R"({"digest":"sha256:a"})"), listed()).has_value());
}
