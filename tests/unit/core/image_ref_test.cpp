#include "core/image_ref.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace buildcache::core;

namespace {

const std::string kDigest = "sha256:" + std::string(64, 'a');

std::string normalised(std::string_view text) {
  const auto ref = parse_image_ref(text);
  return ref ? ref->str() : "error: " + ref.error().message;
}

}  // namespace

TEST_CASE("image ref: Docker Hub's short forms are spelled out") {
  CHECK(normalised("alpine") == "docker.io/library/alpine");
  CHECK(normalised("alpine:3.20") == "docker.io/library/alpine:3.20");
  CHECK(normalised("acme/api") == "docker.io/acme/api");
  CHECK(normalised("docker.io/alpine") == "docker.io/library/alpine");
  CHECK(normalised("index.docker.io/alpine") == "docker.io/library/alpine");
  CHECK(normalised("docker.io/acme/api:x") == "docker.io/acme/api:x");
  CHECK(normalised("a/b/c") == "docker.io/a/b/c");
}

TEST_CASE("image ref: the first component is a registry when it looks like a host") {
  CHECK(normalised("ghcr.io/acme/api:1") == "ghcr.io/acme/api:1");
  CHECK(normalised("localhost/api") == "localhost/api");
  CHECK(normalised("localhost:5000/api:1") == "localhost:5000/api:1");
  CHECK(normalised("registry:5000/api") == "registry:5000/api");
  CHECK(normalised("GHCR.IO/acme/api") == "ghcr.io/acme/api");
  CHECK(normalised("Localhost/api") == "localhost/api");
  CHECK(normalised("[::1]:5000/api:1") == "[::1]:5000/api:1");
  CHECK(normalised("127.0.0.1:5000/api") == "127.0.0.1:5000/api");
}

TEST_CASE("image ref: a name with a port but no path is a tag on Docker Hub") {
  CHECK(normalised("localhost:5000") == "docker.io/library/localhost:5000");
}

TEST_CASE("image ref: tag and digest are kept apart") {
  const auto ref = parse_image_ref("ghcr.io/a/b:v1.0@" + kDigest);
  REQUIRE(ref);
  CHECK(ref->repository.host == "ghcr.io");
  CHECK(ref->repository.path == "a/b");
  CHECK(ref->tag == "v1.0");
  REQUIRE(ref->digest);
  CHECK(ref->digest->str() == kDigest);
  CHECK(ref->str() == "ghcr.io/a/b:v1.0@" + kDigest);
}

TEST_CASE("image ref: separators of a repository follow the grammar") {
  CHECK(parse_image_ref("ghcr.io/a-b/c__d/e.f/g---h/i_j"));
  for (const char* text : {"ghcr.io/a..b",
                           "ghcr.io/a___b",
                           "ghcr.io/-a",
                           "ghcr.io/a-",
                           "ghcr.io/a._b",
                           "ghcr.io/a//b",
                           "ghcr.io/a/",
                           "ghcr.io/",
                           "/a",
                           "ghcr.io/a b",
                           "ghcr.io/ä",
                           "ghcr.io/a\n",
                           "ghcr.io/a/_b"}) {
    CAPTURE(text);
    const auto ref = parse_image_ref(text);
    REQUIRE_FALSE(ref);
    CHECK(ref.error().kind == ErrorKind::config);
  }
}

TEST_CASE("image ref: errors say which part is wrong") {
  CHECK(normalised("") == "error: image reference is empty");
  CHECK(normalised("Acme/api") == "error: repository must be lower case");
  CHECK(normalised("ghcr.io/Acme/api") == "error: repository must be lower case");
  CHECK(normalised("ghcr.io/a:") ==
        "error: tag must be 1 to 128 characters of A-Z, a-z, 0-9, '_', '.' and '-', not beginning "
        "with '.' or '-'");
  CHECK(normalised("ghcr.io/a@sha256:12") ==
        "error: digest needs 64 lower-case hexadecimal digits");
  CHECK(normalised("ghcr.io:99999/a") == "error: registry port is not a number from 1 to 65535");
  CHECK(
      normalised("-x.io/a") ==
      "error: registry host is not a domain name, an IPv4 address or an IPv6 address in brackets");
  CHECK(normalised(std::string(64, 'a')) ==
        "error: 64 hexadecimal digits name an image id, not a repository");
}

TEST_CASE("image ref: lengths are limited to 255, 255 and 128") {
  CHECK(parse_image_ref("ghcr.io/" + std::string(255, 'a')));
  CHECK_FALSE(parse_image_ref("ghcr.io/" + std::string(256, 'a')));
  CHECK(parse_image_ref("ghcr.io/a:" + std::string(128, 'a')));
  CHECK_FALSE(parse_image_ref("ghcr.io/a:" + std::string(129, 'a')));
  CHECK_FALSE(parse_image_ref(std::string(252, 'a') + ".com/a"));
}

TEST_CASE("image ref: tags may not begin with a dot or a dash") {
  CHECK(parse_image_ref("a/b:_x"));
  CHECK_FALSE(parse_image_ref("a/b:.x"));
  CHECK_FALSE(parse_image_ref("a/b:-x"));
  CHECK_FALSE(parse_image_ref("a/b:x:y"));
}

TEST_CASE("image ref: a repository has neither tag nor digest") {
  const auto repository = parse_repository("localhost:5000/acme/cache");
  REQUIRE(repository);
  CHECK(repository->str() == "localhost:5000/acme/cache");
  for (const std::string& text : std::vector<std::string>{"ghcr.io/a:b", "ghcr.io/a@" + kDigest}) {
    const auto wrong = parse_repository(text);
    REQUIRE_FALSE(wrong);
    CHECK(wrong.error().kind == ErrorKind::config);
    CHECK_FALSE(wrong.error().hint.empty());
  }
  CHECK_FALSE(parse_repository("ghcr.io/A"));
}

TEST_CASE("image ref: what is printed is read back alike") {
  for (const std::string& text : std::vector<std::string>{
           "alpine", "ghcr.io/a/b:c@" + kDigest, "[::1]:80/x:Y", "localhost/a__b"}) {
    const auto ref = parse_image_ref(text);
    REQUIRE(ref);
    const auto again = parse_image_ref(ref->str());
    REQUIRE(again);
    CHECK(again->str() == ref->str());
  }
}

TEST_CASE("image ref: only this machine's own hosts are loopback") {
  for (const char* host : {"localhost",
                           "localhost:5000",
                           "LOCALHOST",
                           "a.localhost",
                           "127.0.0.1",
                           "127.1.2.3:80",
                           "[::1]",
                           "[::1]:5000",
                           "::1"}) {
    CAPTURE(host);
    CHECK(is_loopback_host(host));
  }
  for (const char* host : {"",
                           "localhost.evil.com",
                           "127.0.0.1.evil.com",
                           "notlocalhost",
                           "128.0.0.1",
                           "127.0.0",
                           "127.0.0.256",
                           "127.0.0.1.",
                           "127.0.0.1.5",
                           "[::2]",
                           "0.0.0.0",
                           "10.0.0.1",
                           "127.0.0.-1",
                           "[::1]evil",
                           "1127.0.0.1"}) {
    CAPTURE(host);
    CHECK_FALSE(is_loopback_host(host));
  }
}
