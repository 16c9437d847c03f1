#include "store/gha_named_objects.hpp"

#include "support/scripted_http.hpp"
#include "unit/store/gha_service.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace buildcache;
using namespace std::chrono_literals;
using core::ErrorKind;

namespace {

// Eight digits of the git ref's SHA-256, as BuildKit has them.
const std::string kOwn = "buildcache-blobs/sha256:1-3f31b38f#";

struct Fixture {
  void finds(const std::string& key) {
    http.expect("POST", store::kGhaFind)
        .responds(200, key.empty() ? R"({"ok":false})" : store::gha_found(key));
  }

  store::Location place{config::StoreKind::gha, {}, ""};
  std::string object = "blobs/sha256:1";
  registry::Limits limits{1s, {}};
  support::ScriptedHttp http;
  store::GhaNamedObjects objects{store::GhaEntries(http, store::gha_session())};
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "gha named objects: there, not there, and their bytes") {
  finds("");
  CHECK(objects.exists(place, object, limits) == false);
  finds(kOwn + "1");
  CHECK(objects.exists(place, object, limits) == true);
  CHECK(http.requests().at(1).body.view().find(kOwn) != std::string::npos);
  finds("");
  CHECK(objects.read(place, object, 9, limits).error().kind == ErrorKind::not_found);
  finds(kOwn + "1");
  http.expect("GET", store::kGhaStored).responds(200, "bytes");
  CHECK(objects.read(place, object, 9, limits) == "bytes");
}

TEST_CASE_FIXTURE(Fixture, "gha named objects: what was removed is not there, until it is again") {
  finds(kOwn + "1");
  http.expect("POST", store::kGhaCreate)
      .responds(200, R"({"ok":true,"signed_upload_url":")" + store::kGhaStored + R"("})");
  http.expect("PUT", store::kGhaStored).responds(201);
  http.expect("POST", store::kGhaFinish).responds(200, R"({"ok":true})");
  CHECK(objects.remove(place, object, limits));
  CHECK(http.requests().at(1).body.view().find(kOwn + "2") != std::string::npos);
  const std::string written(http.requests().at(2).body.view());
  finds(kOwn + "2");
  http.expect("GET", store::kGhaStored).responds(200, written);
  CHECK(objects.read(place, object, 9, limits).error().kind == ErrorKind::not_found);
  finds(kOwn + "3");
  http.expect("GET", store::kGhaStored).responds(200, "bytes");
  CHECK(objects.read(place, object, 9, limits) == "bytes");
}

TEST_CASE_FIXTURE(Fixture, "gha named objects: no answer is not taken for none") {
  http.expect("POST", store::kGhaFind).responds(503).times(2);
  CHECK(objects.exists(place, object, limits).error().kind == ErrorKind::unavailable);
  CHECK(objects.read(place, object, 9, limits).error().kind == ErrorKind::unavailable);
}
