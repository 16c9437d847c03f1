#include "docker/stored_login.hpp"

#include "core/base64.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

namespace buildcache::docker {
namespace {

using Json = nlohmann::ordered_json;

StoredLogin login_for(const std::string& host) {
  return {host, "joe", core::Secret("pass"), {}};
}

Json json_of(const core::Result<std::string>& text) {
  REQUIRE(text);
  return Json::parse(*text);
}

}  // namespace

TEST_CASE("stored login: user and password are kept as docker keeps them") {
  const Json json = json_of(with_login("{}", login_for("ghcr.io")));
  CHECK(json["auths"]["ghcr.io"].dump() ==
        R"({"auth":")" + core::base64_encoded("joe:pass") + R"("})");
}

TEST_CASE("stored login: an identity token stands beside a name without a password") {
  StoredLogin login = login_for("ghcr.io");
  login.password = core::Secret();
  login.identity_token = core::Secret("id");
  const Json json = json_of(with_login("{}", login));
  CHECK(json["auths"]["ghcr.io"]["auth"] == core::base64_encoded("joe:"));
  CHECK(json["auths"]["ghcr.io"]["identitytoken"] == "id");
}

TEST_CASE("stored login: the new login replaces the old one and leaves all else in its order") {
  const auto text = with_login(
      R"({"z":1,"auths":{"ghcr.io":{"auth":"old","identitytoken":"old"},"b":{"auth":"b"}},"a":[2]})",
      login_for("ghcr.io"));
  const Json json = json_of(text);
  CHECK(json["auths"]["ghcr.io"].size() == 1);
  CHECK(json["auths"]["b"]["auth"] == "b");
  CHECK(text->find("\"z\"") < text->find("\"auths\""));
  CHECK(text->find("\"auths\"") < text->find("\"a\""));
}

TEST_CASE("stored login: no helper answers for a host whose login stands in the file") {
  const Json all = json_of(with_login(R"({"credsStore":"x"})", login_for("docker.io")));
  CHECK(all["credHelpers"]["https://index.docker.io/v1/"] == "");
  const Json one = json_of(with_login(R"({"credHelpers":{"a":"x","b":"y"}})", login_for("a")));
  CHECK(one["credHelpers"].dump() == R"({"b":"y"})");
}

TEST_CASE("stored login: what a helper keeps leaves an entry without a secret") {
  const Json json = json_of(with_helper_login(R"({"credsStore":"x"})", "ghcr.io"));
  CHECK(json.dump() == R"({"credsStore":"x","auths":{"ghcr.io":{}}})");
}

TEST_CASE("stored login: every spelling of the host goes") {
  const auto without = without_login(
      R"({"auths":{"https://ghcr.io/v2/":{"auth":"a"},"ghcr.io":{},"b":{"auth":"b"}},"k":1})",
      "ghcr.io");
  REQUIRE(without);
  CHECK(without->found);
  CHECK(Json::parse(without->config).dump() == R"({"auths":{"b":{"auth":"b"}},"k":1})");
  CHECK_FALSE(without_login(without->config, "ghcr.io")->found);
  CHECK_FALSE(without_login("{}", "ghcr.io")->found);
}

TEST_CASE("stored login: a file that docker did not write is left alone") {
  for (const char* text : {"[]", "{", R"({"auths":[]})", R"({"credHelpers":"x"})"}) {
    CAPTURE(text);
    CHECK(with_login(text, login_for("a")).error().kind == core::ErrorKind::config);
    CHECK(with_helper_login(text, "a").error().kind == core::ErrorKind::config);
    CHECK(without_login(text, "a").error().kind == core::ErrorKind::config);
  }
}

}  // namespace buildcache::docker
