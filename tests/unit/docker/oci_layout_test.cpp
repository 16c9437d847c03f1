#include "docker/oci_layout.hpp"

#include "core/digest.hpp"

#include <doctest/doctest.h>

#include <string>

namespace buildcache::docker {

TEST_CASE("oci layout: the digest of its one image") {
  const std::string digest = core::Digest::of("image").str();
  const std::string entry = R"({"digest":")" + digest + R"("})";
  CHECK(digest_in_layout(R"({"manifests":[)" + entry + "]}") == digest);
  CHECK(digest_in_layout(R"({"manifests":[)" + entry + "," + entry + "]}").empty());
}

TEST_CASE("oci layout: anything else has none") {
  for (const char* index : {"",
                            "[]",
                            "{}",
                            R"({"manifests":{}})",
                            R"({"manifests":[]})",
                            R"({"manifests":[1]})",
                            R"({"manifests":[{"digest":7}]})",
                            R"({"manifests":[{"digest":"--output=/etc"}]})"}) {
    CAPTURE(index);
    CHECK(digest_in_layout(index).empty());
  }
}

}  // namespace buildcache::docker
