#include "registry/credentials.hpp"

#include "registry/docker_config.hpp"
#include "support/memory_files.hpp"

#include <doctest/doctest.h>

using namespace buildcache;
using registry::Credentials;
using registry::parse_docker_config;
using support::MemoryFiles;

namespace {

constexpr const char* kFile = "/home/u/.docker/config.json";

sys::Environment home() {
  return sys::Environment(std::map<std::string, std::string>{{"HOME", "/home/u"}});
}

config::RegistryLogin login_of(const std::string& host, const std::string& password, bool plain) {
  config::RegistryLogin result;
  result.host = host;
  result.username = "me";
  result.password = core::Secret(password);
  result.plain_http = plain;
  return result;
}

Credentials loaded(const std::string& json, const std::vector<config::RegistryLogin>& logins = {}) {
  MemoryFiles files;
  files.add(kFile, json);
  auto credentials = Credentials::load(files, home(), logins);
  REQUIRE(credentials.has_value());
  return *credentials;
}

}  // namespace

TEST_CASE("credentials: auths of config.json are found by host") {
  const auto credentials = loaded(R"({"auths":{"ghcr.io":{"auth":"dTpwOnc="}}})");
  const auto found = credentials.find({"ghcr.io"});
  REQUIRE(found.has_value());
  CHECK(found->username == "u");
  CHECK(found->password.reveal() == "p:w");
  CHECK(found->source == kFile);
  CHECK(!credentials.find({"ghcr.io:444"}).has_value());
  CHECK(!credentials.find({"docker.io"}).has_value());
}

TEST_CASE("credentials: Docker Hub's legacy key serves docker.io") {
  const auto credentials = loaded(R"({"auths":{"https://index.docker.io/v1/":{"auth":"dTpw"}}})");
  CHECK(credentials.find({"docker.io"}).has_value());
  CHECK(credentials.find({"index.docker.io"}).has_value());
}

TEST_CASE("credentials: an exact key wins over one with scheme and path") {
  const auto credentials = loaded(
      R"({"auths":{"https://reg.example/v2/":{"auth":"bGVnYWN5Onh4"},"reg.example":{"auth":"ZXhhY3Q6eA=="}}})");
  CHECK(credentials.find({"reg.example"})->username == "exact");
}

TEST_CASE("credentials: an identity token stands instead of a password") {
  const auto credentials =
      loaded(R"({"auths":{"a.example":{"auth":"MDAwOg==","identitytoken":"id"}}})");
  const auto found = credentials.find({"a.example"});
  REQUIRE(found.has_value());
  CHECK(found->identity_token.reveal() == "id");
  CHECK(found->password.empty());
}

TEST_CASE("credentials: padding NULs are trimmed, entries without credentials passed over") {
  const auto credentials = loaded(R"({"auths":{"a.example":{"auth":"dTpwAAA="},"b.example":{}}})");
  CHECK(credentials.find({"a.example"})->password.reveal() == "p");
  CHECK(!credentials.find({"b.example"}).has_value());
}

TEST_CASE("credentials: the configuration's logins come before config.json") {
  const auto credentials =
      loaded(R"({"auths":{"ghcr.io":{"auth":"dTpw"}}})", {login_of("ghcr.io", "mine", false)});
  CHECK(credentials.find({"ghcr.io"})->username == "me");
  CHECK(credentials.find({"ghcr.io"})->source == ".buildcache.yml");
  REQUIRE(credentials.secrets().size() == 2);
  CHECK(credentials.secrets()[0].reveal() == "mine");
  CHECK(credentials.secrets()[1].reveal() == "p");
}

TEST_CASE("credentials: plain http is for loopback and for who asked") {
  const auto credentials = loaded("{}", {login_of("reg.internal:5000", "", true)});
  CHECK(credentials.plain_http("reg.internal:5000"));
  CHECK(credentials.plain_http("localhost:5000"));
  CHECK(credentials.plain_http("127.0.0.1:5000"));
  CHECK(!credentials.plain_http("reg.internal"));
  CHECK(!credentials.plain_http("ghcr.io"));
  CHECK(!credentials.find({"reg.internal:5000"}).has_value());
}

TEST_CASE("credentials: without any file everybody is anonymous") {
  MemoryFiles files;
  const auto credentials = Credentials::load(files, home(), {});
  REQUIRE(credentials.has_value());
  CHECK(!credentials->find({"ghcr.io"}).has_value());
}

TEST_CASE("credentials: DOCKER_CONFIG names the folder") {
  MemoryFiles files;
  files.add("/etc/d/config.json", R"({"auths":{"ghcr.io":{"auth":"dTpw"}}})");
  const sys::Environment environment(
      std::map<std::string, std::string>{{"HOME", "/home/u"}, {"DOCKER_CONFIG", "/etc/d"}});
  CHECK(Credentials::load(files, environment, {})->find({"ghcr.io"}).has_value());
}

TEST_CASE("credentials: a broken config.json names its place and none of its text") {
  const auto broken =
      parse_docker_config("{\n  \"auths\": {\"a\": {\"auth\": \"c2VjcmV0\" oops}}}", kFile);
  REQUIRE(!broken.has_value());
  CHECK(broken.error().kind == core::ErrorKind::config);
  CHECK(broken.error().position->line == 2);
  CHECK(core::describe(broken.error()).find("c2VjcmV0") == std::string::npos);
  for (const char* text : {R"({"auths":[]})",
                           R"({"auths":{"a":1}})",
                           R"({"auths":{"a":{"auth":"%%%"}}})",
                           R"({"auths":{"a":{"auth":"dXNlcg=="}}})"}) {
    CHECK_MESSAGE(!parse_docker_config(text, kFile).has_value(), text);
  }
  CHECK(parse_docker_config("[]", kFile)->auths.empty());
}
