#include "store/azblob_objects.hpp"

#include "store/http_objects.hpp"
#include "support/fake_clock.hpp"
#include "support/scripted_http.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>

using namespace buildcache;
using core::ErrorKind;

namespace {

using Variables = std::map<std::string, std::string>;

const std::string kUrl = "https://acme.blob.core.windows.net/c/caches/manifests/a--b-main";

struct Fixture {
  explicit Fixture(const std::string& key = "a2V5")
      : environment(Variables{{"AZURE_STORAGE_KEY", key}}) {
    ref.location.kind = config::StoreKind::azblob;
    ref.location.azblob = {"https://acme.blob.core.windows.net", "c", "caches"};
    ref.tag = "a--b-main";
  }

  sys::Environment environment;
  store::CacheRef ref;
  support::FakeClock clock;
  support::ScriptedHttp http;
  std::unique_ptr<store::ManifestObjects> objects =
      std::make_unique<store::HttpObjects>(store::azblob_objects(http, clock, environment));
};

std::string header_of(const sys::HttpRequest& request, const std::string& name) {
  for (const auto& [known, value] : request.headers) {
    if (known == name) {
      return value;
    }
  }
  return {};
}

}  // namespace

// The signatures were made by another implementation of Azure's rules.
TEST_CASE("azblob: requests are signed with the account's key") {
  const auto now = std::chrono::system_clock::time_point(std::chrono::seconds(1'700'000'000));
  sys::HttpRequest head;
  head.method = "HEAD";
  head.url = kUrl;
  REQUIRE(store::sign_for_azure(head, "acme", core::Secret("a2V5"), now).has_value());
  CHECK(header_of(head, "x-ms-date") == "Tue, 14 Nov 2023 22:13:20 GMT");
  CHECK(header_of(head, "Authorization") ==
        "SharedKey acme:DOskB+buCiiiHGmBAlKsKGMJ2YLidOYLjjy5c87Ul2w=");
  sys::HttpRequest put;
  put.method = "PUT";
  put.url = "http://127.0.0.1:10000/dev/c/manifests/x";
  put.headers = {{"x-ms-blob-type", "BlockBlob"}, {"Content-Type", "application/json"}};
  put.body = "12345";
  REQUIRE(store::sign_for_azure(put, "dev", core::Secret("a2V5"), now).has_value());
  CHECK(header_of(put, "Authorization") ==
        "SharedKey dev:fGwn7p1jZ+EfsBqDJJeYhwMpm5LUyTU9lrDFGaf/AcA=");
}

TEST_CASE("azblob: the account is the host's first label, or an emulator's path") {
  CHECK(store::account_of({"https://acme.blob.core.windows.net", "c", ""}) == "acme");
  CHECK(store::account_of({"http://127.0.0.1:10000/devstoreaccount1", "c", ""}) ==
        "devstoreaccount1");
}

TEST_CASE("azblob: each answer is told from the others") {
  Fixture f;
  f.http.expect("HEAD", kUrl);
  CHECK(f.objects->exists(f.ref, {}) == true);
  f.http.expect("HEAD", kUrl).responds(404, "", {{"x-ms-error-code", "ContainerNotFound"}});
  CHECK(f.objects->exists(f.ref, {}) == false);
  f.http.expect("HEAD", kUrl).responds(403, "", {{"x-ms-error-code", "AuthenticationFailed"}});
  CHECK(f.objects->exists(f.ref, {}).error().message ==
        "look for a cache: Azure Blob Storage answered 403 AuthenticationFailed");
  for (const auto& [status, kind] : {std::pair{401, ErrorKind::unauthorized},
                                     {403, ErrorKind::forbidden},
                                     {503, ErrorKind::unavailable}}) {
    f.http.expect("HEAD", kUrl).responds(status);
    CHECK(f.objects->exists(f.ref, {}).error().kind == kind);
  }
  f.http.expect("HEAD", kUrl).fails(ErrorKind::timed_out);
  CHECK(f.objects->exists(f.ref, {}).error().kind == ErrorKind::timed_out);
}

TEST_CASE("azblob: reading, writing and removing") {
  Fixture f;
  f.http.expect("GET", kUrl).responds(200, "bytes");
  CHECK(f.objects->read(f.ref, {}) == "bytes");
  f.http.expect("PUT", kUrl)
      .with_body("bytes")
      .with_header("x-ms-blob-type", "BlockBlob")
      .responds(201);
  CHECK(f.objects->write(f.ref, "bytes", {}).has_value());
  f.http.expect("DELETE", kUrl).responds(202);
  CHECK(f.objects->clear(f.ref, {}).has_value());
}

TEST_CASE("azblob: no key, or one that is none, sends nothing") {
  for (const char* key : {"", "no base64!"}) {
    Fixture f(key);
    const auto asked = f.objects->exists(f.ref, {});
    REQUIRE_FALSE(asked.has_value());
    CHECK(asked.error().kind == ErrorKind::unauthorized);
    CHECK(asked.error().message.find("AZURE_STORAGE_KEY") != std::string::npos);
    CHECK(asked.error().message.find("no base64") == std::string::npos);
  }
}
