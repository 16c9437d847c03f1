#include "store/gha_objects.hpp"

#include "support/scripted_http.hpp"
#include "unit/store/gha_service.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace buildcache;
using namespace std::chrono_literals;
using core::ErrorKind;

namespace {

// As BuildKit names them: eight digits of the git ref's SHA-256.
const std::string kOwn = "index-a--b-main-1-3f31b38f#";
const std::string kMain = "index-a--b-main-1-f921bd05#";

struct Fixture {
  core::Result<bool> exists() { return objects.exists(ref, limits); }
  core::Result<std::string> read() { return objects.read(ref, limits); }

  store::CacheRef ref{{config::StoreKind::gha, {}, ""}, "a--b-main", std::nullopt};
  registry::Limits limits{1s, {}};
  support::ScriptedHttp http;
  store::GhaObjects objects{store::GhaEntries(http, store::gha_session())};
};

}  // namespace

TEST_CASE("gha: one question covers all refs the token may read, own first") {
  Fixture f;
  f.http.expect("POST", store::kGhaFind)
      .with_header("authorization", "Bearer " + store::kMainToken)
      .with_header("content-type", "application/json")
      .responds(200, store::gha_found(kMain + "3"));
  CHECK(f.exists() == true);
  const std::string body(f.http.requests().at(0).body.view());
  CHECK(body.find(R"("restore_keys":[")" + kOwn + R"(",")" + kMain + R"("])") != std::string::npos);
  CHECK(body.find(R"("key":")" + kOwn + '"') != std::string::npos);
  CHECK(f.http.requests().at(0).repeatable);
}

TEST_CASE("gha: absent, refused, broken and silent answers are told apart") {
  Fixture f;
  f.http.expect("POST", store::kGhaFind).responds(200, R"({"ok":false})");
  CHECK(f.exists() == false);
  for (const auto& [status, kind] : {std::pair{401, ErrorKind::unauthorized},
                                     {403, ErrorKind::forbidden},
                                     {429, ErrorKind::unavailable},
                                     {503, ErrorKind::unavailable}}) {
    f.http.expect("POST", store::kGhaFind).responds(status, R"({"code":"c","msg":"m"})");
    CHECK(f.exists().error().kind == kind);
  }
  f.http.expect("POST", store::kGhaFind).responds(200, "<html>");
  CHECK(f.exists().error().kind == ErrorKind::bad_response);
  f.http.expect("POST", store::kGhaFind).fails(ErrorKind::timed_out);
  CHECK(f.exists().error().kind == ErrorKind::timed_out);
}

TEST_CASE("gha: a cache is read from the storage, without the token") {
  Fixture f;
  f.http.expect("POST", store::kGhaFind).responds(200, store::gha_found(kOwn + "1"));
  f.http.expect("GET", store::kGhaStored).without_header("authorization").responds(200, "bytes");
  CHECK(f.read() == "bytes");
  f.http.expect("POST", store::kGhaFind).responds(200, store::gha_found(kOwn + "1"));
  f.http.expect("GET", store::kGhaStored).responds(403);
  CHECK(f.read().error().kind == ErrorKind::forbidden);
}

TEST_CASE("gha: storage is not looked for where nobody may be sent") {
  for (const char* url :
       {"http://storage.example.net/b", "https://127.0.0.1/b", "", "file:///etc"}) {
    Fixture f;
    f.http.expect("POST", store::kGhaFind)
        .responds(200,
                  std::string(R"({"ok":true,"matched_key":"k#1","signed_download_url":")") + url +
                      R"("})");
    CHECK(f.read().error().kind == ErrorKind::bad_response);
  }
}

TEST_CASE("gha: writing takes the next number, and another one where that is taken") {
  Fixture f;
  f.http.expect("POST", store::kGhaFind).responds(200, store::gha_found(kOwn + "41"));
  f.http.expect("POST", store::kGhaCreate).responds(409, R"({"code":"already_exists"})");
  f.http.expect("POST", store::kGhaCreate)
      .responds(200, R"({"ok":true,"signed_upload_url":")" + store::kGhaStored + R"("})");
  f.http.expect("PUT", store::kGhaStored)
      .with_header("x-ms-blob-type", "BlockBlob")
      .without_header("authorization")
      .with_body("bytes")
      .responds(201);
  f.http.expect("POST", store::kGhaFinish).responds(200, R"({"ok":true})");
  CHECK(f.objects.write(f.ref, "bytes", f.limits).has_value());
  const auto requests = f.http.requests();
  CHECK(requests.at(0).body.view().find(kMain) == std::string::npos);
  CHECK(requests.at(1).body.view().find(R"("key":")" + kOwn + R"(42")") != std::string::npos);
  CHECK(requests.at(2).body.view().find(R"("key":")" + kOwn + R"(43")") != std::string::npos);
  CHECK(requests.at(4).body.view().find(R"("size_bytes":5)") != std::string::npos);
}

TEST_CASE("gha: a write that is refused or breaks off is an error") {
  Fixture f;
  f.http.expect("POST", store::kGhaFind).responds(200, R"({"ok":false})");
  f.http.expect("POST", store::kGhaCreate).responds(403, R"({"code":"permission_denied"})");
  CHECK(f.objects.write(f.ref, "x", f.limits).error().kind == ErrorKind::forbidden);
  f.http.expect("POST", store::kGhaFind).responds(200, R"({"ok":false})");
  f.http.expect("POST", store::kGhaCreate).responds(200, R"({"ok":false})");
  CHECK(f.objects.write(f.ref, "x", f.limits).error().kind == ErrorKind::bad_response);
}

TEST_CASE("gha: what was there before an export is not taken for it") {
  Fixture f;
  f.http.expect("POST", store::kGhaFind).times(2).responds(200, store::gha_found(kOwn + "7"));
  CHECK(f.objects.clear(f.ref, f.limits).has_value());
  CHECK(f.read().error().kind == ErrorKind::not_found);
  f.http.expect("POST", store::kGhaFind).responds(200, store::gha_found(kOwn + "8"));
  f.http.expect("GET", store::kGhaStored).responds(200, "new");
  CHECK(f.read() == "new");
}

TEST_CASE("gha: without a session nothing is sent") {
  support::ScriptedHttp http;
  store::GhaObjects objects(
      store::GhaEntries(http, core::fail(ErrorKind::unauthorized, "no token")));
  const store::CacheRef ref{{config::StoreKind::gha, {}, ""}, "a", std::nullopt};
  CHECK(objects.exists(ref, {}).error().kind == ErrorKind::unauthorized);
  CHECK(objects.read(ref, {}).error().kind == ErrorKind::unauthorized);
  CHECK(objects.write(ref, "", {}).error().kind == ErrorKind::unauthorized);
  CHECK(objects.clear(ref, {}).error().kind == ErrorKind::unauthorized);
}
