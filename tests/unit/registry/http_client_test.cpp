#include "registry/http_client.hpp"

#include "support/fake_clock.hpp"
#include "support/scripted_http.hpp"
#include "unit/registry/loopback_client.hpp"

#include <doctest/doctest.h>

using namespace buildcache;
using namespace std::chrono_literals;
using registry::HttpClient;
using registry::LoopbackClient;
using Auth = support::FakeRegistryOptions::Auth;

namespace {

support::FakeRegistryOptions with_auth(Auth auth) {
  support::FakeRegistryOptions options;
  options.auth = auth;
  options.username = "user";
  options.password = "pass,word";
  return options;
}

}  // namespace

TEST_CASE("client: a manifest put under a tag is found, read and listed") {
  LoopbackClient c;
  const std::string bytes = R"({"schemaVersion":2})";
  const registry::Manifest manifest{
      "application/vnd.oci.image.manifest.v1+json", bytes, core::Digest::of(bytes)};
  CHECK(*c.client.put_manifest(c.repository, "t1", manifest, c.limits) == manifest.digest);
  const auto head = c.client.head_manifest(c.repository, "t1", c.limits);
  REQUIRE((head.has_value() && head->has_value()));
  CHECK((*head)->digest == manifest.digest);
  const auto read = c.client.get_manifest(c.repository, manifest.digest.str(), c.limits);
  REQUIRE(read.has_value());
  CHECK(read->bytes == bytes);
  CHECK(read->media_type == manifest.media_type);
  CHECK(*c.client.list_tags(c.repository, 10, c.limits) == std::vector<std::string>{"t1"});
}

TEST_CASE("client: an absent manifest is no error for HEAD and not_found for GET") {
  LoopbackClient c;
  CHECK(!c.client.head_manifest(c.repository, "none", c.limits)->has_value());
  CHECK(c.client.get_manifest(c.repository, "none", c.limits).error().kind ==
        core::ErrorKind::not_found);
}

TEST_CASE("client: Basic and bearer registries are logged in to") {
  for (const Auth auth : {Auth::basic, Auth::bearer}) {
    LoopbackClient c(with_auth(auth), registry::user_login);
    c.fake.put_manifest("acme/cache", "t", "{}");
    CHECK(c.client.head_manifest(c.repository, "t", c.limits)->has_value());
  }
}

TEST_CASE("client: without credentials 401 says whose are missing") {
  LoopbackClient c(with_auth(Auth::basic));
  const auto head = c.client.head_manifest(c.repository, "t", c.limits);
  REQUIRE(!head.has_value());
  CHECK(head.error().kind == core::ErrorKind::unauthorized);
  CHECK(head.error().hint.find(c.fake.host()) != std::string::npos);
}

TEST_CASE("client: HEAD answered 405 is asked again by GET") {
  support::FakeRegistryOptions options;
  options.head_allowed = false;
  LoopbackClient c(options);
  const core::Digest digest = c.fake.put_manifest("acme/cache", "t", "{}");
  const auto head = c.client.head_manifest(c.repository, "t", c.limits);
  REQUIRE((head.has_value() && head->has_value()));
  CHECK((*head)->digest == digest);
  CHECK((*head)->size == 2);
}

TEST_CASE("client: a registry without digest headers is read all the same") {
  support::FakeRegistryOptions options;
  options.digest_header = false;
  LoopbackClient c(options);
  const core::Digest digest = c.fake.put_manifest("acme/cache", "t", "{}");
  CHECK(!(*c.client.head_manifest(c.repository, "t", c.limits))->digest.has_value());
  CHECK(c.client.get_manifest(c.repository, "t", c.limits)->digest == digest);
}

TEST_CASE("client: tag lists are followed over pages and bounded") {
  support::FakeRegistryOptions options;
  options.page_size = 2;
  LoopbackClient c(options);
  for (const char* tag : {"a", "b", "c", "d", "e"}) {
    c.fake.put_manifest("acme/cache", tag, "{}");
  }
  CHECK(c.client.list_tags(c.repository, 100, c.limits)->size() == 5);
  CHECK(c.client.list_tags(c.repository, 3, c.limits)->size() == 3);
}

TEST_CASE("client: a tag is deleted alone; a registry that cannot says so") {
  LoopbackClient c;
  c.fake.put_manifest("acme/cache", "a", "{}");
  c.fake.put_manifest("acme/cache", "b", "{}");
  CHECK(*c.client.delete_tag(c.repository, "a", c.limits));
  CHECK(!c.fake.manifest("acme/cache", "a").has_value());
  CHECK(c.fake.manifest("acme/cache", "b").has_value());
  CHECK(!*c.client.delete_tag(c.repository, "a", c.limits));
  CHECK(!c.client.delete_tag(c.repository, core::Digest::of("{}").str(), c.limits).has_value());

  support::FakeRegistryOptions options;
  options.delete_allowed = false;
  LoopbackClient fixed(options);
  fixed.fake.put_manifest("acme/cache", "a", "{}");
  CHECK(!*fixed.client.delete_tag(fixed.repository, "a", fixed.limits));
}

TEST_CASE("client: a blob redirected to another port is fetched without credentials") {
  support::FakeRegistry storage;
  const core::Digest digest = storage.put_blob("content");
  auto options = with_auth(Auth::basic);
  options.redirect_blobs = "http://" + storage.host();
  LoopbackClient c(options, registry::user_login);
  const auto blob = c.client.get_blob(c.repository, digest, 100, c.limits);
  REQUIRE(blob.has_value());
  CHECK(*blob == "content");
  const auto requests = storage.requests();
  REQUIRE(requests.size() == 1);
  CHECK(requests[0].header("authorization").empty());
}

TEST_CASE("client: Docker Hub is reached at its API host, with its own credentials") {
  support::MemoryFiles files;
  support::FakeClock clock;
  support::ScriptedHttp http;
  files.add("/h/.docker/config.json",
            R"({"auths":{"https://index.docker.io/v1/":{"auth":"dXNlcjpzZWNyZXQ="}}})");
  const auto credentials = *registry::Credentials::load(
      files, sys::Environment(std::map<std::string, std::string>{{"HOME", "/h"}}), {});
  HttpClient client(http, credentials, clock);
  const char* url = "https://registry-1.docker.io/v2/library/alpine/manifests/3";
  http.expect("HEAD", url)
      .responds(401,
                "",
                {{"www-authenticate",
                  R"(Bearer realm="https://auth.docker.io/token",service="registry.docker.io")"}});
  http.expect("GET",
              "https://auth.docker.io/token?service=registry.docker.io"
              "&scope=repository%3Alibrary%2Falpine%3Apull&client_id=buildcache&account=user")
      .with_header("Authorization", "Basic dXNlcjpzZWNyZXQ=")
      .responds(200, R"({"token":"t"})");
  http.expect("HEAD", url).with_header("Authorization", "Bearer t").responds(404);
  CHECK(!client.head_manifest({"docker.io", "library/alpine"}, "3", {})->has_value());
}

TEST_CASE("client: redirects to inward hosts or without https, and endless ones, are refused") {
  for (const char* location : {"https://169.254.169.254/x",
                               "http://storage.example/x",
                               "https://localhost/x",
                               "/v2/a/blobs/loop"}) {
    support::MemoryFiles files;
    support::FakeClock clock;
    support::ScriptedHttp http;
    const auto credentials = *registry::Credentials::load(files, sys::Environment(), {});
    HttpClient client(http, credentials, clock);
    const core::Digest digest = core::Digest::of("x");
    http.expect("GET", "https://reg.example/v2/a/blobs/" + digest.str())
        .responds(307, "", {{"location", location}});
    if (*location == '/') {
      http.expect("GET", "https://reg.example/v2/a/blobs/loop")
          .responds(307, "", {{"location", location}})
          .times(5);
    }
    const auto blob = client.get_blob({"reg.example", "a"}, digest, 100, {});
    REQUIRE_MESSAGE(!blob.has_value(), location);
    CHECK(blob.error().kind == core::ErrorKind::bad_response);
  }
}

TEST_CASE("client: a push is never redirected") {
  support::MemoryFiles files;
  support::FakeClock clock;
  support::ScriptedHttp http;
  const auto credentials = *registry::Credentials::load(files, sys::Environment(), {});
  HttpClient client(http, credentials, clock);
  http.expect("PUT", "https://reg.example/v2/a/manifests/t")
      .responds(307, "", {{"location", "https://evil.example/"}});
  const registry::Manifest manifest{"application/json", "{}", core::Digest::of("{}")};
  CHECK(!client.put_manifest({"reg.example", "a"}, "t", manifest, {}).has_value());
}

TEST_CASE("client: what is no reference never gets into a URL") {
  LoopbackClient c;
  for (const char* reference : {"a/../b", "a?x=1", "", "a b", "sha256:zz"}) {
    CHECK_MESSAGE(!c.client.get_manifest(c.repository, reference, c.limits).has_value(), reference);
  }
  CHECK(c.fake.requests().empty());
}
