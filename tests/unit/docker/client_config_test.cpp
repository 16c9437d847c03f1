#include "docker/client_config.hpp"

#include "core/base64.hpp"
#include "support/memory_files.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>

namespace buildcache::docker {
namespace {

using Json = nlohmann::json;

constexpr const char* kPassword = "hunter2-hunter2-hunter2";

config::RegistryLogin login_for(const std::string& host) {
  config::RegistryLogin login;
  login.host = host;
  login.username = "joe";
  login.password = core::Secret(kPassword);
  return login;
}

sys::Environment environment_with(std::map<std::string, std::string> more) {
  more.insert({"HOME", "/home/joe"});
  more.insert({"TMPDIR", "/tmp"});
  return sys::Environment(std::move(more));
}

support::MemoryFiles& with_home(support::MemoryFiles& files, const std::string& config) {
  files.add("/home/joe/.docker/config.json", config, 0600);
  files.add("/home/joe/.docker/cli-plugins/docker-buildx", "binary", 0755);
  files.add("/tmp/keep", "");
  return files;
}

Json written(support::MemoryFiles& files, const ClientConfig& config) {
  const auto text = files.content(config.directory() + "/config.json");
  REQUIRE(text);
  return Json::parse(*text);
}

TEST_CASE("client config: without logins nothing is made and the environment stays as it is") {
  support::MemoryFiles files;
  config::RegistryLogin settings_only;
  settings_only.host = "localhost:5000";
  const auto environment = environment_with({{"DOCKER_CONFIG", "/etc/docker"}});
  const auto config = ClientConfig::create(files, environment, {settings_only});
  REQUIRE(config);
  CHECK(config->directory().empty());
  CHECK(config->environment() == environment.all());
  CHECK(files.files().empty());
}

TEST_CASE("client config: a login is added, the rest of the user's file is kept") {
  support::MemoryFiles files;
  with_home(files, R"({"auths":{"quay.io":{"auth":"eA=="}},"currentContext":"ci","new":[1]})");
  const auto config = ClientConfig::create(files, environment_with({}), {login_for("ghcr.io")});
  REQUIRE(config);
  const Json json = written(files, *config);
  CHECK(json["auths"]["quay.io"]["auth"] == "eA==");
  CHECK(core::base64_decoded(json["auths"]["ghcr.io"]["auth"].get<std::string>()) ==
        std::string("joe:") + kPassword);
  CHECK(json["currentContext"] == "ci");
  CHECK(json["new"] == Json::array({1}));
  CHECK(files.mode(config->directory() + "/config.json") == 0600U);
}

TEST_CASE("client config: plugins, contexts and builders stay found") {
  support::MemoryFiles files;
  with_home(files, "{}");
  const auto config = ClientConfig::create(files, environment_with({}), {login_for("ghcr.io")});
  REQUIRE(config);
  CHECK(files.exists(config->directory() + "/cli-plugins"));
  const auto environment = config->environment();
  CHECK(environment.at("DOCKER_CONFIG") == config->directory());
  CHECK(environment.at("BUILDX_CONFIG") == "/home/joe/.docker/buildx");
}

TEST_CASE("client config: relative directories are found from everywhere") {
  support::MemoryFiles files;
  files.add("/src/own/config.json", "{}");
  files.add("/src/own/cli-plugins/docker-buildx", "binary");
  files.add("/tmp/keep", "");
  const auto config = ClientConfig::create(
      files,
      environment_with({{"DOCKER_CONFIG", "own"}, {"PWD", "/src"}, {"BUILDX_CONFIG", "bx"}}),
      {login_for("ghcr.io")});
  REQUIRE(config);
  CHECK(files.exists(config->directory() + "/cli-plugins"));
  CHECK(config->environment().at("BUILDX_CONFIG") == "/src/bx");
}

TEST_CASE("client config: no credential helper answers for a host with a login") {
  support::MemoryFiles files;
  with_home(files, R"({"credsStore":"desktop","credHelpers":{"ghcr.io":"x","gcr.io":"gcloud"}})");
  const auto config = ClientConfig::create(
      files, environment_with({}), {login_for("ghcr.io"), login_for("docker.io")});
  REQUIRE(config);
  const Json json = written(files, *config);
  CHECK(json["credsStore"] == "desktop");
  CHECK(json["credHelpers"]["ghcr.io"] == "");
  CHECK(json["credHelpers"]["https://index.docker.io/v1/"] == "");
  CHECK(json["credHelpers"]["gcr.io"] == "gcloud");
  CHECK(json["auths"].contains("https://index.docker.io/v1/"));
}

TEST_CASE("client config: a helper of one host goes when there is no general store") {
  support::MemoryFiles files;
  with_home(files, R"({"credHelpers":{"ghcr.io":"x"}})");
  const auto config = ClientConfig::create(files, environment_with({}), {login_for("ghcr.io")});
  REQUIRE(config);
  CHECK_FALSE(written(files, *config)["credHelpers"].contains("ghcr.io"));
}

TEST_CASE("client config: docker sees no variable that holds a password") {
  support::MemoryFiles files;
  with_home(files, "{}");
  auto by_name = login_for("ghcr.io");
  by_name.password_variable = "TOKEN";
  const auto config = ClientConfig::create(files,
                                           environment_with({{"TOKEN", kPassword},
                                                             {"SAME", kPassword},
                                                             {"URL", std::string("x:") + kPassword},
                                                             {"OTHER", "value"}}),
                                           {by_name});
  REQUIRE(config);
  const auto environment = config->environment();
  CHECK_FALSE(environment.contains("TOKEN"));
  CHECK_FALSE(environment.contains("SAME"));
  CHECK_FALSE(environment.contains("URL"));
  CHECK(environment.at("OTHER") == "value");
}

TEST_CASE("client config: our hosts are taken out of DOCKER_AUTH_CONFIG, which docker prefers") {
  support::MemoryFiles files;
  with_home(files, "{}");
  const auto environment =
      environment_with({{"DOCKER_AUTH_CONFIG",
                         R"({"auths":{"ghcr.io":{"auth":"eA=="},"quay.io":{"auth":"eQ=="}}})"}});
  const auto config = ClientConfig::create(files, environment, {login_for("ghcr.io")});
  REQUIRE(config);
  const Json left = Json::parse(config->environment().at("DOCKER_AUTH_CONFIG"));
  CHECK_FALSE(left["auths"].contains("ghcr.io"));
  CHECK(left["auths"].contains("quay.io"));
}

TEST_CASE("client config: what docker would not find is carried to it, identity tokens as such") {
  support::MemoryFiles files;
  with_home(files, "{}");
  const auto environment = environment_with({{"TOKEN", "an-identity-token-of-somebody"}});
  const auto config = ClientConfig::create(
      files,
      environment,
      {},
      {{"quay.io", "robot", core::Secret("secret"), {}},
       {"reg.example", "", {}, core::Secret("an-identity-token-of-somebody")}});
  REQUIRE(config);
  const Json json = written(files, *config);
  CHECK(core::base64_decoded(json["auths"]["quay.io"]["auth"].get<std::string>()) ==
        "robot:secret");
  CHECK(json["auths"]["reg.example"]["identitytoken"] == "an-identity-token-of-somebody");
  CHECK_FALSE(config->environment().contains("TOKEN"));
}

TEST_CASE("client config: it is removed with the object, and once when the object was moved") {
  support::MemoryFiles files;
  with_home(files, "{}");
  std::string directory;
  {
    auto config = ClientConfig::create(files, environment_with({}), {login_for("ghcr.io")});
    REQUIRE(config);
    directory = config->directory();
    std::optional<ClientConfig> moved(std::move(*config));
    CHECK(moved->directory() == directory);
    CHECK(files.exists(directory + "/config.json"));
  }
  CHECK_FALSE(files.exists(directory));
  CHECK(files.exists("/home/joe/.docker/cli-plugins/docker-buildx"));
}

TEST_CASE("client config: a broken file of the user's is an error and leaves nothing behind") {
  for (const char* text : {"{", "[]", R"({"auths":[]})", R"({"credHelpers":"x"})"}) {
    CAPTURE(text);
    support::MemoryFiles files;
    with_home(files, text);
    const auto config = ClientConfig::create(files, environment_with({}), {login_for("ghcr.io")});
    REQUIRE_FALSE(config);
    CHECK(config.error().kind == core::ErrorKind::config);
    CHECK(files.files().size() == 3);
  }
}

TEST_CASE("client config: nothing is left behind when writing fails, and no password is named") {
  support::MemoryFiles files;
  with_home(files, "{}");
  auto login = login_for("ghcr.io");
  login.username.clear();
  const auto config = ClientConfig::create(files, environment_with({}), {login});
  REQUIRE_FALSE(config);
  CHECK(config.error().message.find(kPassword) == std::string::npos);
  CHECK(files.files().size() == 3);
}

}  // namespace
}  // namespace buildcache::docker
