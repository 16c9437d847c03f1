#include "store/s3_objects.hpp"

#include "store/http_objects.hpp"
#include "support/scripted_http.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>

using namespace buildcache;
using core::ErrorKind;

namespace {

const aws::Keys kKeys{"id", core::Secret("key"), core::Secret("session"), "the environment"};
const std::string kUrl = "https://acme.s3.eu-central-1.amazonaws.com/caches/manifests/a--b-main";

struct Fixture {
  explicit Fixture(const std::optional<aws::Keys>& keys = kKeys)
      : objects(std::make_unique<store::HttpObjects>(store::s3_objects(http, keys))) {
    ref.location.kind = config::StoreKind::s3;
    ref.location.s3 = {"acme", "eu-central-1", "", false, "caches"};
    ref.tag = "a--b-main";
  }

  store::CacheRef ref;
  support::ScriptedHttp http;
  std::unique_ptr<store::ManifestObjects> objects;
};

}  // namespace

TEST_CASE("s3: every request is signed for the bucket's region") {
  Fixture f;
  f.http.expect("HEAD", kUrl);
  CHECK(f.objects->exists(f.ref, {}) == true);
  const auto sign = f.http.requests().at(0).sign;
  REQUIRE(sign.has_value());
  CHECK(sign->access_key == "id");
  CHECK(sign->secret_key.reveal() == "key");
  CHECK(sign->session_token.reveal() == "session");
  CHECK(sign->region == "eu-central-1");
  CHECK(sign->service == "s3");
}

TEST_CASE("s3: where a bucket's objects are") {
  Fixture f;
  const auto asked_at = [&f](const config::S3& place, const std::string& url) {
    f.ref.location.s3 = place;
    f.http.expect("HEAD", url).responds(404);
    CHECK(f.objects->exists(f.ref, {}) == false);
  };
  asked_at({"acme", "cn-north-1", "", false, ""},
           "https://acme.s3.cn-north-1.amazonaws.com.cn/manifests/a--b-main");
  asked_at({"acme", "r", "http://minio:9000", true, ""},
           "http://minio:9000/acme/manifests/a--b-main");
  asked_at({"acme", "r", "https://s3.example.com", false, "p/q"},
           "https://acme.s3.example.com/p/q/manifests/a--b-main");
}

TEST_CASE("s3: each answer is told from the others") {
  Fixture f;
  for (const auto& [status, kind] : {std::pair{401, ErrorKind::unauthorized},
                                     {403, ErrorKind::forbidden},
                                     {429, ErrorKind::unavailable},
                                     {500, ErrorKind::unavailable},
                                     {302, ErrorKind::bad_response}}) {
    f.http.expect("HEAD", kUrl).responds(status);
    CHECK(f.objects->exists(f.ref, {}).error().kind == kind);
  }
  f.http.expect("HEAD", kUrl).fails(ErrorKind::timed_out);
  CHECK(f.objects->exists(f.ref, {}).error().kind == ErrorKind::timed_out);
  f.http.expect("GET", kUrl).responds(404);
  CHECK(f.objects->read(f.ref, {}).error().kind == ErrorKind::not_found);
}

TEST_CASE("s3: reading, writing and removing, with the service's own words") {
  Fixture f;
  f.http.expect("GET", kUrl).responds(200, "bytes");
  CHECK(f.objects->read(f.ref, {}) == "bytes");
  f.http.expect("PUT", kUrl).with_body("bytes").with_header("content-type", "application/json");
  CHECK(f.objects->write(f.ref, "bytes", {}).has_value());
  f.http.expect("PUT", kUrl).responds(403, "<Error><Code>AccessDenied</Code></Error>");
  CHECK(f.objects->write(f.ref, "x", {}).error().message ==
        "write a cache: S3 answered 403 AccessDenied");
  f.http.expect("DELETE", kUrl).responds(204);
  CHECK(f.objects->clear(f.ref, {}).has_value());
  f.http.expect("DELETE", kUrl).responds(404);
  CHECK(f.objects->clear(f.ref, {}).has_value());
  f.http.expect("DELETE", kUrl).responds(403);
  CHECK(f.objects->clear(f.ref, {}).error().kind == ErrorKind::forbidden);
}

TEST_CASE("s3: without keys nothing is sent") {
  Fixture f{std::nullopt};
  const auto asked = f.objects->exists(f.ref, {});
  REQUIRE_FALSE(asked.has_value());
  CHECK(asked.error().kind == ErrorKind::unauthorized);
}
