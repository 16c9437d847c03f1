#include "registry/authorized_http.hpp"

#include "support/fake_clock.hpp"
#include "support/memory_files.hpp"
#include "support/scripted_http.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <barrier>
#include <thread>
#include <vector>

using namespace buildcache;
using namespace std::chrono_literals;
using registry::Access;
using registry::AuthorizedHttp;
using registry::Credentials;
using registry::Deadline;
using support::ScriptedHttp;

namespace {

constexpr const char* kManifest = "https://reg.example/v2/a/b/manifests/t";
constexpr const char* kBearer =
    R"(Bearer realm="https://auth.example/token",service="reg",scope="repository:a/b:pull")";
constexpr const char* kTokenUrl =
    "https://auth.example/token?service=reg&scope=repository%3Aa%2Fb%3Apull&client_id=buildcache";
constexpr const char* kUserTokenUrl =
    "https://auth.example/token?service=reg&scope=repository%3Aa%2Fb%3Apull&client_id=buildcache"
    "&account=user";
constexpr const char* kBasic = "Basic dXNlcjpzZWNyZXQ=";

struct Fixture {
  explicit Fixture(const std::string& auths = "") {
    files.add("/h/.docker/config.json", R"({"auths":{)" + auths + "}}");
    credentials = *Credentials::load(
        files, sys::Environment(std::map<std::string, std::string>{{"HOME", "/h"}}), {});
  }

  core::Result<sys::HttpResponse> get(const std::string& url = kManifest,
                                      const std::string& actions = "pull") {
    sys::HttpRequest request;
    request.url = url;
    const Access access{"reg.example", *sys::parse_url("https://reg.example"), "a/b", actions};
    return authorized.send(request, access, Deadline(clock, {10s, {}}));
  }

  support::MemoryFiles files;
  support::FakeClock clock;
  ScriptedHttp http;
  Credentials credentials;
  AuthorizedHttp authorized{http, credentials, clock};
};

constexpr const char* kUser = R"("reg.example":{"auth":"dXNlcjpzZWNyZXQ="})";

}  // namespace

TEST_CASE("auth: a registry that asks for nothing gets nothing") {
  Fixture f(kUser);
  f.http.expect("GET", kManifest).without_header("Authorization").responds(200, "ok");
  CHECK(f.get()->body == "ok");
}

TEST_CASE("auth: an anonymous token is asked for once and used again") {
  Fixture f;
  f.http.expect("GET", kManifest)
      .without_header("Authorization")
      .responds(401, "", {{"www-authenticate", kBearer}});
  f.http.expect("GET", kTokenUrl)
      .without_header("Authorization")
      .responds(200, R"({"token":"t1"})");
  f.http.expect("GET", kManifest).with_header("Authorization", "Bearer t1").responds(200).times(2);
  CHECK(f.get()->status == 200);
  CHECK(f.get()->status == 200);
}

TEST_CASE("auth: user and password go to the token service by GET, the token to the registry") {
  Fixture f(kUser);
  f.http.expect("GET", kManifest).responds(401, "", {{"www-authenticate", kBearer}});
  f.http.expect("GET", kUserTokenUrl)
      .with_header("Authorization", kBasic)
      .responds(200, R"({"access_token":"t1","expires_in":300})");
  f.http.expect("GET", kManifest).with_header("Authorization", "Bearer t1").responds(200);
  CHECK(f.get()->status == 200);
}

TEST_CASE("auth: an identity token is posted as a refresh token") {
  Fixture f(R"("reg.example":{"auth":"MDo=","identitytoken":"i d"})");
  f.http.expect("GET", kManifest).responds(401, "", {{"www-authenticate", kBearer}});
  f.http.expect("POST", "https://auth.example/token")
      .without_header("Authorization")
      .with_body(
          "grant_type=refresh_token&service=reg&client_id=buildcache"
          "&scope=repository%3Aa%2Fb%3Apull&refresh_token=i%20d")
      .responds(200, R"({"access_token":"t1"})");
  f.http.expect("GET", kManifest).with_header("Authorization", "Bearer t1").responds(200);
  CHECK(f.get()->status == 200);
}

TEST_CASE("auth: Basic is answered with the password, and from then on without a 401 first") {
  Fixture f(kUser);
  f.http.expect("GET", kManifest)
      .without_header("Authorization")
      .responds(401, "", {{"www-authenticate", "Basic realm=\"x\""}});
  f.http.expect("GET", kManifest).with_header("Authorization", kBasic).responds(200).times(2);
  CHECK(f.get()->status == 200);
  CHECK(f.get()->status == 200);
}

TEST_CASE("auth: a wrong password is tried once") {
  Fixture f(kUser);
  f.http.expect("GET", kManifest)
      .responds(401, "", {{"www-authenticate", "Basic realm=\"x\""}})
      .times(2);
  CHECK(f.get()->status == 401);
}

TEST_CASE("auth: without credentials a Basic challenge stays unanswered") {
  Fixture f;
  f.http.expect("GET", kManifest).responds(401, "", {{"www-authenticate", "Basic realm=\"x\""}});
  CHECK(f.get()->status == 401);
}

TEST_CASE("auth: a refusing token service is an error of its own kind") {
  for (const auto& [status, kind] : {std::pair(401, core::ErrorKind::unauthorized),
                                     std::pair(403, core::ErrorKind::forbidden),
                                     std::pair(503, core::ErrorKind::unavailable)}) {
    Fixture f(kUser);
    f.http.expect("GET", kManifest).responds(401, "", {{"www-authenticate", kBearer}});
    f.http.expect("GET", kUserTokenUrl).responds(status, R"({"details":"no such user"})");
    const auto response = f.get();
    REQUIRE(!response.has_value());
    CHECK(response.error().kind == kind);
    CHECK(response.error().message.find("auth.example") != std::string::npos);
    CHECK(response.error().message.find("no such user") != std::string::npos);
    CHECK(core::describe(response.error()).find("secret") == std::string::npos);
  }
}

TEST_CASE("auth: broken token answers are bad_response") {
  for (const char* body : {"",
                           "{",
                           "[]",
                           "{}",
                           R"({"token":""})",
                           R"({"token":7})",
                           R"({"token":"a\r\nX: y"})",
                           R"({"token":"a b"})"}) {
    Fixture f;
    f.http.expect("GET", kManifest).responds(401, "", {{"www-authenticate", kBearer}});
    f.http.expect("GET", kTokenUrl).responds(200, body);
    const auto response = f.get();
    REQUIRE_MESSAGE(!response.has_value(), body);
    CHECK(response.error().kind == core::ErrorKind::bad_response);
  }
}

TEST_CASE("auth: credentials never go to a foreign plain or inward realm") {
  for (const char* realm : {"http://auth.example/token",
                            "https://127.0.0.1/token",
                            "https://169.254.169.254/token",
                            "http://reg.example/token"}) {
    Fixture f(kUser);
    f.http.expect("GET", kManifest)
        .responds(401, "", {{"www-authenticate", "Bearer realm=\"" + std::string(realm) + "\""}});
    const auto response = f.get();
    REQUIRE(!response.has_value());
    CHECK(response.error().kind == core::ErrorKind::unauthorized);
  }
}

TEST_CASE("auth: a redirecting token service is not followed") {
  Fixture f(kUser);
  f.http.expect("GET", kManifest).responds(401, "", {{"www-authenticate", kBearer}});
  f.http.expect("GET", kUserTokenUrl).responds(302, "", {{"location", "https://evil.example/"}});
  CHECK(!f.get().has_value());
  for (const auto& request : f.http.requests()) {
    CHECK(request.max_redirects == 0);
  }
}

TEST_CASE("auth: a token is renewed at nine tenths of its life") {
  Fixture f;
  f.http.expect("GET", kManifest)
      .without_header("Authorization")
      .responds(401, "", {{"www-authenticate", kBearer}});
  f.http.expect("GET", kTokenUrl).responds(200, R"({"token":"t1","expires_in":100})");
  f.http.expect("GET", kManifest).with_header("Authorization", "Bearer t1").responds(200).times(2);
  CHECK(f.get()->status == 200);
  f.clock.advance(89s);
  CHECK(f.get()->status == 200);
  f.http.expect("GET", kTokenUrl).responds(200, R"({"token":"t2","expires_in":100})");
  f.http.expect("GET", kManifest).with_header("Authorization", "Bearer t2").responds(200);
  f.clock.advance(2s);
  CHECK(f.get()->status == 200);
}

TEST_CASE("auth: a remembered token the registry refuses is renewed once") {
  Fixture f;
  f.http.expect("GET", kManifest)
      .without_header("Authorization")
      .responds(401, "", {{"www-authenticate", kBearer}});
  f.http.expect("GET", kTokenUrl).responds(200, R"({"token":"t1"})");
  f.http.expect("GET", kManifest).with_header("Authorization", "Bearer t1").responds(200);
  CHECK(f.get()->status == 200);
  f.http.expect("GET", kManifest)
      .with_header("Authorization", "Bearer t1")
      .responds(401, "", {{"www-authenticate", kBearer}});
  f.http.expect("GET", kTokenUrl).responds(200, R"({"token":"t2"})");
  f.http.expect("GET", kManifest)
      .with_header("Authorization", "Bearer t2")
      .responds(401, "", {{"www-authenticate", kBearer}});
  CHECK(f.get()->status == 401);
}

TEST_CASE("auth: insufficient_scope is answered once with the scope the registry names") {
  Fixture f;
  f.http.expect("GET", kManifest)
      .without_header("Authorization")
      .responds(401, "", {{"www-authenticate", kBearer}});
  f.http.expect("GET", kTokenUrl).responds(200, R"({"token":"t1"})");
  const std::string wider =
      R"(Bearer realm="https://auth.example/token",service="reg",scope="repository:a/b:pull,push",error="insufficient_scope")";
  f.http.expect("GET", kManifest)
      .with_header("Authorization", "Bearer t1")
      .responds(401, "", {{"www-authenticate", wider}});
  f.http
      .expect("GET",
              "https://auth.example/token?service=reg&scope=repository%3Aa%2Fb%3Apull%2Cpush"
              "&client_id=buildcache")
      .responds(200, R"({"token":"t2"})");
  f.http.expect("GET", kManifest)
      .with_header("Authorization", "Bearer t2")
      .responds(401, "", {{"www-authenticate", wider}});
  CHECK(f.get()->status == 401);
}

TEST_CASE("auth: a scope for another repository is not asked for") {
  Fixture f;
  f.http.expect("GET", kManifest)
      .responds(
          401,
          "",
          {{"www-authenticate",
            R"(Bearer realm="https://auth.example/token",service="reg",scope="repository:other/x:pull",error="insufficient_scope")"}});
  f.http.expect("GET", kTokenUrl).responds(200, R"({"token":"t1"})");
  f.http.expect("GET", kManifest).with_header("Authorization", "Bearer t1").responds(200);
  CHECK(f.get()->status == 200);
}

TEST_CASE("auth: the bearer challenge is found among broken and other ones") {
  Fixture f(kUser);
  f.http.expect("GET", kManifest)
      .without_header("Authorization")
      .responds(401,
                "",
                {{"www-authenticate", "Broken \"\""},
                 {"www-authenticate", "Basic realm=\"x\", Negotiate"},
                 {"www-authenticate", kBearer}});
  f.http.expect("GET", kUserTokenUrl).responds(200, R"({"token":"t1"})");
  f.http.expect("GET", kManifest).with_header("Authorization", "Bearer t1").responds(200);
  CHECK(f.get()->status == 200);
}

TEST_CASE("auth: a token echoed by the registry is blotted out") {
  Fixture f;
  f.http.expect("GET", kManifest)
      .without_header("Authorization")
      .responds(401, "", {{"www-authenticate", kBearer}});
  f.http.expect("GET", kTokenUrl).responds(200, R"({"token":"t0k3n"})");
  f.http.expect("GET", kManifest)
      .with_header("Authorization", "Bearer t0k3n")
      .responds(403, "denied: t0k3n and t0k3n");
  CHECK(f.get()->body == "denied: *** and ***");
}

TEST_CASE("auth: thirty-two threads at once make one token request") {
  Fixture f;
  constexpr int kThreads = 32;
  std::barrier all_asked(kThreads);
  f.http.expect("GET", kManifest)
      .without_header("Authorization")
      .answers([&all_asked](const sys::HttpRequest&) {
        all_asked.arrive_and_wait();
        return sys::HttpResponse{401, {{"www-authenticate", kBearer}}, "", ""};
      })
      .times(kThreads);
  f.http.expect("GET", kTokenUrl).responds(200, R"({"token":"t1"})");
  f.http.expect("GET", kManifest)
      .with_header("Authorization", "Bearer t1")
      .responds(200)
      .times(kThreads);
  std::vector<std::thread> threads;
  threads.reserve(kThreads);
  std::atomic<int> good = 0;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&f, &good] { good += f.get()->status == 200 ? 1 : 0; });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  CHECK(good == kThreads);
}
