#include "registry/login.hpp"

#include "support/fake_clock.hpp"
#include "support/scripted_http.hpp"

#include <doctest/doctest.h>

namespace buildcache::registry {
namespace {

using core::ErrorKind;

constexpr const char* kPing = "https://reg.example/v2/";
constexpr const char* kBearer = R"(Bearer realm="https://auth.example/token",service="reg")";
constexpr const char* kTokenUrl =
    "https://auth.example/token?service=reg&client_id=buildcache&offline_token=true&account=user";
constexpr const char* kBasic = "Basic dXNlcjpzZWNyZXQ=";

struct Fixture {
  core::Result<Login> check() {
    const LoginRequest request{
        "reg.example", false, {"user", core::Secret("secret"), {}, "standard input"}, {}};
    return check_login(http, request, Deadline(clock, {std::chrono::seconds(10), {}}));
  }

  void challenge(const std::string& value) {
    http.expect("GET", kPing)
        .without_header("Authorization")
        .responds(401, "", {{"www-authenticate", value}});
  }

  support::FakeClock clock;
  support::ScriptedHttp http;
};

}  // namespace

TEST_CASE("login: Basic is tried with the password") {
  Fixture f;
  f.challenge("Basic realm=\"x\"");
  f.http.expect("GET", kPing).with_header("Authorization", kBasic).responds(200);
  const auto login = f.check();
  REQUIRE(login);
  CHECK(login->checked);
  CHECK(login->credential.password.reveal() == "secret");
}

TEST_CASE("login: a refusal carries the registry's words") {
  for (const int status : {401, 403}) {
    Fixture f;
    f.challenge("Basic realm=\"x\"");
    f.http.expect("GET", kPing)
        .with_header("Authorization", kBasic)
        .responds(status, R"({"errors":[{"code":"DENIED","message":"account is locked"}]})");
    const auto login = f.check();
    REQUIRE_FALSE(login);
    CHECK(login.error().kind == ErrorKind::unauthorized);
    CHECK(login.error().message == "log in to reg.example: reg.example answered " +
                                       std::to_string(status) + ": DENIED: account is locked");
  }
}

TEST_CASE("login: a token service is asked for a token, then the registry with it") {
  Fixture f;
  f.challenge(kBearer);
  f.http.expect("GET", kTokenUrl)
      .with_header("Authorization", kBasic)
      .responds(200, R"({"token":"t1"})");
  f.http.expect("GET", kPing).with_header("Authorization", "Bearer t1").responds(200);
  const auto login = f.check();
  REQUIRE(login);
  CHECK(login->credential.password.reveal() == "secret");
  CHECK(login->credential.identity_token.empty());
}

TEST_CASE("login: an identity token that works stands for the password") {
  Fixture f;
  f.challenge(kBearer);
  f.http.expect("GET", kTokenUrl)
      .with_header("Authorization", kBasic)
      .responds(200, R"({"token":"t1","refresh_token":"id"})");
  f.http.expect("POST", "https://auth.example/token")
      .without_header("Authorization")
      .with_body("grant_type=refresh_token&service=reg&client_id=buildcache&refresh_token=id")
      .responds(200, R"({"access_token":"t2"})");
  f.http.expect("GET", kPing).with_header("Authorization", "Bearer t1").responds(200);
  const auto login = f.check();
  REQUIRE(login);
  CHECK(login->credential.username == "user");
  CHECK(login->credential.password.empty());
  CHECK(login->credential.identity_token.reveal() == "id");
}

TEST_CASE("login: an identity token that its own service refuses is not kept") {
  Fixture f;
  f.challenge(kBearer);
  f.http.expect("GET", kTokenUrl).responds(200, R"({"token":"t1","refresh_token":"id"})");
  f.http.expect("POST", "https://auth.example/token").responds(405);
  f.http.expect("GET", kPing).with_header("Authorization", "Bearer t1").responds(200);
  const auto login = f.check();
  REQUIRE(login);
  CHECK(login->credential.password.reveal() == "secret");
  CHECK(login->credential.identity_token.empty());
}

TEST_CASE("login: the token service's refusal is told in its words") {
  Fixture f;
  f.challenge(kBearer);
  f.http.expect("GET", kTokenUrl).responds(401, R"({"details":"incorrect username or password"})");
  const auto login = f.check();
  REQUIRE_FALSE(login);
  CHECK(login.error().kind == ErrorKind::unauthorized);
  CHECK(login.error().message ==
        "ask for a token: auth.example answered 401: incorrect username or password");
  CHECK(login.error().hint == "check the credentials from standard input");
}

TEST_CASE("login: the password goes to no foreign plain realm") {
  Fixture f;
  f.challenge(R"(Bearer realm="http://auth.example/token",service="reg")");
  CHECK(f.check().error().kind == ErrorKind::unauthorized);
}

TEST_CASE("login: a registry that asks for nothing leaves the password unchecked") {
  Fixture f;
  f.http.expect("GET", kPing).without_header("Authorization").responds(200);
  const auto login = f.check();
  REQUIRE(login);
  CHECK_FALSE(login->checked);
}

TEST_CASE("login: what is no registry, or asks in an unknown way, is refused") {
  for (const auto& [status, kind] : {std::pair(404, ErrorKind::bad_response),
                                     std::pair(302, ErrorKind::bad_response),
                                     std::pair(503, ErrorKind::unavailable)}) {
    Fixture f;
    f.http.expect("GET", kPing).responds(status);
    CHECK(f.check().error().kind == kind);
  }
  Fixture f;
  f.challenge("Negotiate");
  CHECK(f.check().error().message ==
        "reg.example asks for a login that is neither Basic nor Bearer");
}

}  // namespace buildcache::registry
