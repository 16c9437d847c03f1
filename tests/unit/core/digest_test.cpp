#include "core/digest.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace buildcache::core;

namespace {

// FIPS 180-4 test vectors.
constexpr std::string_view kAbc =
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
constexpr std::string_view kEmpty =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
constexpr std::string_view kAbc512 =
    "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
    "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f";

}  // namespace

TEST_CASE("digest: SHA-256 agrees with the published vectors") {
  CHECK(sha256_hex("abc") == kAbc);
  CHECK(sha256_hex("") == kEmpty);
  CHECK(Digest::of("abc").str() == "sha256:" + std::string(kAbc));
  CHECK(Digest::of("abc").hex() == kAbc);
}

TEST_CASE("digest: content is checked by the digest's own algorithm") {
  CHECK(Digest::of("abc").matches("abc"));
  CHECK_FALSE(Digest::of("abc").matches("abd"));
  const auto long_digest = Digest::parse("sha512:" + std::string(kAbc512));
  REQUIRE(long_digest);
  CHECK(long_digest->matches("abc"));
  CHECK_FALSE(long_digest->matches("ab"));
}

TEST_CASE("digest: what is not a SHA-2 digest in lower case is a bad response") {
  const std::string hex(kAbc);
  for (const std::string& text : std::vector<std::string>{"",
                                                          hex,
                                                          "sha256:",
                                                          "sha256:" + hex.substr(1),
                                                          "sha256:" + hex + "0",
                                                          "sha256:" + hex.substr(1) + "G",
                                                          "sha256:BA" + hex.substr(2),
                                                          "sha512:" + hex,
                                                          "md5:" + hex.substr(32),
                                                          "SHA256:" + hex,
                                                          " sha256:" + hex,
                                                          "sha256:" + hex + "\n"}) {
    CAPTURE(text);
    const auto digest = Digest::parse(text);
    REQUIRE_FALSE(digest);
    CHECK(digest.error().kind == ErrorKind::bad_response);
  }
}
