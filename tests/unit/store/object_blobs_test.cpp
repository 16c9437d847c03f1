#include "store/object_blobs.hpp"

#include "store/s3_objects.hpp"
#include "support/scripted_http.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace buildcache;
using core::ErrorKind;

namespace {

const aws::Keys kKeys{"id", core::Secret("key"), core::Secret(), "the environment"};
const std::string kPlace = "https://acme.s3.eu-central-1.amazonaws.com/caches/";
const core::Digest kBlob = core::Digest::of("blob");
const std::string kBlobUrl = kPlace + "blobs/" + kBlob.str();
const std::string kTagUrl = kPlace + "manifests/app--m-1";
const std::string kManifest =
    R"({"mediaType":"m","config":{"digest":")" + kBlob.str() + R"("},"layers":[]})";

struct Fixture {
  Fixture() {
    ref.location.kind = config::StoreKind::s3;
    ref.location.s3 = {"acme", "eu-central-1", "", false, "caches"};
    ref.tag = "app--m-1";
  }

  store::CacheRef ref;
  support::ScriptedHttp http;
  store::ObjectBlobs blobs{store::s3_objects(http, kKeys), {}};
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "object blobs: one that is there is not sent again") {
  http.expect("HEAD", kBlobUrl).responds(200);
  CHECK(blobs.put(ref.location, kBlob, "blob"));
  http.expect("HEAD", kBlobUrl).responds(404);
  http.expect("PUT", kBlobUrl)
      .with_body("blob")
      .with_header("Content-Type", "application/octet-stream");
  CHECK(blobs.put(ref.location, kBlob, "blob"));
}

TEST_CASE_FIXTURE(Fixture, "object blobs: what is read is verified and bounded") {
  http.expect("GET", kBlobUrl).responds(200, "blob");
  CHECK(blobs.get(ref.location, kBlob, 4) == "blob");
  http.expect("GET", kBlobUrl).responds(200, "blub");
  CHECK(blobs.get(ref.location, kBlob, 4).error().kind == ErrorKind::bad_response);
  http.expect("GET", kBlobUrl).responds(200, "blob");
  CHECK(blobs.get(ref.location, kBlob, 3).error().kind == ErrorKind::bad_response);
  http.expect("GET", kBlobUrl).responds(404);
  CHECK(blobs.get(ref.location, kBlob, 4).error().kind == ErrorKind::not_found);
}

TEST_CASE_FIXTURE(Fixture, "object blobs: no manifest names a blob that is not there") {
  http.expect("HEAD", kBlobUrl).responds(404);
  CHECK(blobs.put_manifest(ref, kManifest).error().kind == ErrorKind::not_found);
  http.expect("HEAD", kBlobUrl).responds(500);
  CHECK(blobs.put_manifest(ref, kManifest).error().kind == ErrorKind::unavailable);
  http.expect("HEAD", kBlobUrl).responds(200);
  http.expect("PUT", kTagUrl).with_body(kManifest).with_header("Content-Type", "m");
  CHECK(blobs.put_manifest(ref, kManifest));
}

TEST_CASE_FIXTURE(Fixture, "object blobs: a tag, none, and one that has moved on") {
  http.expect("GET", kTagUrl).responds(200, kManifest).times(2);
  CHECK(blobs.find_manifest(ref).value() == kManifest);
  ref.digest = core::Digest::of("another");
  CHECK(blobs.find_manifest(ref).value() == std::nullopt);
  ref.digest.reset();
  http.expect("GET", kTagUrl).responds(404);
  CHECK(blobs.find_manifest(ref).value() == std::nullopt);
  http.expect("GET", kTagUrl).responds(403);
  CHECK(blobs.find_manifest(ref).error().kind == ErrorKind::forbidden);
}

TEST_CASE_FIXTURE(Fixture, "object blobs: removing a tag leaves blobs alone") {
  http.expect("HEAD", kTagUrl).responds(404);
  CHECK(blobs.remove_tag(ref) == false);
  http.expect("HEAD", kTagUrl).responds(200);
  http.expect("DELETE", kTagUrl).responds(204);
  CHECK(blobs.remove_tag(ref) == true);
  CHECK(blobs.forget(ref.location, kBlob) == false);
}
