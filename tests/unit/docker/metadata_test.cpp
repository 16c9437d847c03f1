#include "docker/metadata.hpp"

#include <doctest/doctest.h>

namespace buildcache::docker {
namespace {

const std::string kDigest = "sha256:" + std::string(64, 'a');

TEST_CASE("metadata: image, id and exported cache are read") {
  const auto metadata = parse_metadata(
      R"({"containerimage.digest":")" + kDigest + R"(","containerimage.config.digest":")" +
      kDigest + R"(","cache.manifest":"{\"digest\":\")" + kDigest + R"(\",\"size\":1}"})");
  CHECK(metadata.image_digest == kDigest);
  CHECK(metadata.image_id == kDigest);
  REQUIRE(metadata.cache_manifest);
  CHECK(metadata.cache_manifest->str() == kDigest);
}

TEST_CASE("metadata: what is broken or no digest is left out") {
  for (const char* text : {"",
                           "[]",
                           "{",
                           R"({"containerimage.digest":5,"cache.manifest":"no json"})",
                           R"({"containerimage.digest":"sha256:..\n::error","cache.manifest":{}})",
                           R"({"cache.manifest":"{\"digest\":\"latest\"}"})"}) {
    CAPTURE(text);
    const auto metadata = parse_metadata(text);
    CHECK(metadata.image_digest.empty());
    CHECK(metadata.image_id.empty());
    CHECK_FALSE(metadata.cache_manifest);
  }
}

}  // namespace
}  // namespace buildcache::docker
