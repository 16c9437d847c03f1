#include "store/object_manifest.hpp"

#include "store/cache_manifest.hpp"
#include "unit/store/sample_cache.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace buildcache;
using store::read_object_manifest;
using store::sample_object;

namespace {

const store::Stamp kStamp{"0123abc", "main", "2026-01-02T03:04:05Z", "protected"};

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("object manifest: sizes are added up, each layer once") {
  const auto manifest = read_object_manifest(sample_object());
  REQUIRE(manifest.has_value());
  CHECK(manifest->bytes == store::kLayer.size() + store::kOtherLayer.size());
  CHECK_FALSE(manifest->stamp.has_value());
}

TEST_CASE("object manifest: a stamp is read back, and the rest is what it was") {
  const auto bytes = store::stamped(sample_object(), kStamp);
  REQUIRE(bytes.has_value());
  const auto manifest = read_object_manifest(*bytes);
  REQUIRE(manifest.has_value());
  CHECK(manifest->stamp == kStamp);
  CHECK(manifest->bytes == store::kLayer.size() + store::kOtherLayer.size());
  CHECK(bytes->find(R"("records":[{"digest":"sha256:a")") != std::string::npos);
}

TEST_CASE("object manifest: what BuildKit would refuse is unusable, with the reason") {
  const auto refused = [](const std::string& bytes) {
    const auto manifest = read_object_manifest(bytes);
    REQUIRE_FALSE(manifest.has_value());
    CHECK(manifest.error().kind == core::ErrorKind::bad_response);
    return manifest.error().message;
  };
  CHECK(refused("") == "it is not a JSON object");
  CHECK(refused("[1]") == "it is not a JSON object");
  CHECK(refused("{}").find("holds no steps") != std::string::npos);
  CHECK(refused(replaced(sample_object(), R"("diffID")", R"("diff")")).find("fetch") !=
        std::string::npos);
  CHECK(refused(replaced(sample_object(), R"("annotations")", R"("notes")")).find("fetch") !=
        std::string::npos);
  CHECK(refused(replaced(sample_object(), R"("link":0)", R"("link":1)")).find("themselves") !=
        std::string::npos);
  CHECK(refused(replaced(sample_object(), R"("layer":1)", R"("layer":9)")).find("layer") !=
        std::string::npos);
}
