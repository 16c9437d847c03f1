#include "registry/credential_helper.hpp"

#include "registry/credentials.hpp"
#include "support/memory_files.hpp"
#include "support/scripted_process.hpp"

#include <doctest/doctest.h>

namespace buildcache::registry {
namespace {

using support::MemoryFiles;
using support::ScriptedProcess;

constexpr const char* kMiss = "credentials not found in native keychain\n";

sys::Environment home() {
  return sys::Environment(std::map<std::string, std::string>{{"HOME", "/home/u"}});
}

Credentials with_helpers(const std::string& config_json, ScriptedProcess& processes) {
  MemoryFiles files;
  files.add("/home/u/.docker/config.json", config_json);
  auto credentials = Credentials::load(files, home(), {});
  REQUIRE(credentials.has_value());
  credentials->use_helpers(processes, home());
  return *credentials;
}

TEST_CASE("credential helper: the host goes in, name and secret come out") {
  ScriptedProcess processes;
  processes.expect({"docker-credential-ecr-login", "get"})
      .with_input("ghcr.io")
      .with_environment("HOME", "/home/u")
      .exits(0, R"({"ServerURL":"ghcr.io","Username":"u","Secret":"s3cret"})");
  const auto found = ask_helper(processes, home(), {"ecr-login", "ghcr.io"});
  REQUIRE(found.has_value());
  REQUIRE(found->has_value());
  CHECK((*found)->username == "u");
  CHECK((*found)->password.reveal() == "s3cret");
  CHECK((*found)->source == "docker-credential-ecr-login");
}

TEST_CASE("credential helper: the user <token> means an identity token") {
  ScriptedProcess processes;
  processes.expect({"docker-credential-pass", "get"})
      .exits(0, R"({"Username":"<token>","Secret":"refresh"})");
  const auto found = ask_helper(processes, home(), {"pass", "ghcr.io"});
  REQUIRE(found.has_value());
  CHECK((*found)->identity_token.reveal() == "refresh");
  CHECK((*found)->password.empty());
}

TEST_CASE("credential helper: not found is no error, everything else is one without the answer") {
  ScriptedProcess processes;
  processes.expect({"docker-credential-pass", "get"}).exits(1, kMiss);
  CHECK(*ask_helper(processes, home(), {"pass", "ghcr.io"}) == std::nullopt);

  processes.expect({"docker-credential-pass", "get"}).exits(1, "", "pass: \x1B[31mlocked\n");
  const auto failed = ask_helper(processes, home(), {"pass", "ghcr.io"});
  REQUIRE_FALSE(failed.has_value());
  CHECK(failed.error().kind == core::ErrorKind::unauthorized);
  CHECK(failed.error().message.find("docker-credential-pass failed: pass: ") == 0);
  CHECK(failed.error().message.find('\x1B') == std::string::npos);

  processes.expect({"docker-credential-pass", "get"}).exits(0, "s3cret but no JSON");
  const auto broken = ask_helper(processes, home(), {"pass", "ghcr.io"});
  REQUIRE_FALSE(broken.has_value());
  CHECK(broken.error().message.find("s3cret") == std::string::npos);

  processes.expect({"docker-credential-pass", "get"}).fails(core::ErrorKind::not_found, "no such");
  CHECK_FALSE(ask_helper(processes, home(), {"pass", "ghcr.io"}).has_value());
}

TEST_CASE("credential helper: a name that leads elsewhere is run by nobody") {
  ScriptedProcess processes;
  for (const char* name : {"../evil", "a b", "", "x;y", "/bin/sh"}) {
    CHECK_FALSE(ask_helper(processes, home(), {name, "ghcr.io"}).has_value());
  }
}

TEST_CASE("credentials: a host's own helper, then the store, and each is asked once") {
  ScriptedProcess processes;
  const auto credentials =
      with_helpers(R"({"credsStore": "desktop", "credHelpers": {"ghcr.io": "gh"}})", processes);
  processes.expect({"docker-credential-gh", "get"})
      .with_input("ghcr.io")
      .exits(0, R"({"Username":"a","Secret":"1"})");
  processes.expect({"docker-credential-desktop", "get"})
      .with_input("https://index.docker.io/v1/")
      .exits(0, R"({"Username":"b","Secret":"2"})");
  CHECK(credentials.find({"ghcr.io"})->username == "a");
  CHECK(credentials.find({"ghcr.io"})->username == "a");
  CHECK(credentials.find({"docker.io"})->username == "b");
}

TEST_CASE("credentials: what a helper does not have the file is not asked for, as with docker") {
  ScriptedProcess processes;
  const auto credentials = with_helpers(
      R"({"credsStore": "desktop", "auths": {"ghcr.io": {"auth": "dTpw"}}})", processes);
  processes.expect({"docker-credential-desktop", "get"}).exits(1, kMiss);
  CHECK_FALSE(credentials.find({"ghcr.io"}).has_value());
  CHECK(credentials.trouble({"ghcr.io"}).empty());
}

TEST_CASE("credentials: an empty helper stands for the file") {
  ScriptedProcess processes;
  const auto credentials = with_helpers(
      R"({"credsStore": "x", "credHelpers": {"ghcr.io": ""}, "auths": {"ghcr.io": {"auth": "dTpw"}}})",
      processes);
  CHECK(credentials.find({"ghcr.io"})->username == "u");
}

TEST_CASE("credentials: a helper's trouble is kept for those who ask why") {
  ScriptedProcess processes;
  const auto credentials = with_helpers(R"({"credsStore": "desktop"})", processes);
  processes.expect({"docker-credential-desktop", "get"}).exits(2, "", "the keychain is locked");
  CHECK_FALSE(credentials.find({"ghcr.io"}).has_value());
  CHECK(credentials.trouble({"ghcr.io"}) ==
        "docker-credential-desktop failed: the keychain is locked");
}

TEST_CASE("credentials: DOCKER_AUTH_CONFIG beats the file and its helpers, not the configuration") {
  MemoryFiles files;
  files.add("/home/u/.docker/config.json", R"({"credsStore": "desktop"})");
  const sys::Environment environment(std::map<std::string, std::string>{
      {"HOME", "/home/u"},
      {"DOCKER_AUTH_CONFIG",
       R"({"auths": {"ghcr.io": {"auth": "dTpw"}, "quay.io": {"auth": "dTpw"}}})"}});
  config::RegistryLogin login;
  login.host = "quay.io";
  login.username = "me";
  login.password = core::Secret("mine");
  const auto credentials = Credentials::load(files, environment, {login});
  REQUIRE(credentials.has_value());
  CHECK(credentials->find({"ghcr.io"})->source == "DOCKER_AUTH_CONFIG");
  CHECK(credentials->find({"quay.io"})->username == "me");
  const auto carried = credentials->carried();
  REQUIRE(carried.size() == 1);
  CHECK(carried.at("ghcr.io").password.reveal() == "p");
}

TEST_CASE("credentials: a broken DOCKER_AUTH_CONFIG is an error that does not show it") {
  MemoryFiles files;
  const sys::Environment environment(
      std::map<std::string, std::string>{{"DOCKER_AUTH_CONFIG", "{\"auths\": s3cret"}});
  const auto credentials = Credentials::load(files, environment, {});
  REQUIRE_FALSE(credentials.has_value());
  CHECK(credentials.error().kind == core::ErrorKind::config);
  CHECK(core::describe(credentials.error()).find("s3cret") == std::string::npos);
}

TEST_CASE("credential helper: what is stored goes in by standard input alone") {
  ScriptedProcess processes;
  processes.expect({"docker-credential-pass", "store"})
      .with_input(R"({"Secret":"s3cret","ServerURL":"ghcr.io","Username":"u"})");
  CHECK(
      store_in_helper(processes, home(), {"pass", "ghcr.io"}, {"u", core::Secret("s3cret"), {}, ""})
          .has_value());
  processes.expect({"docker-credential-pass", "store"})
      .with_input(R"({"Secret":"id","ServerURL":"ghcr.io","Username":"<token>"})")
      .exits(1, "", "the keychain is locked");
  const auto failed =
      store_in_helper(processes, home(), {"pass", "ghcr.io"}, {"u", {}, core::Secret("id"), ""});
  REQUIRE_FALSE(failed.has_value());
  CHECK(failed.error().message == "docker-credential-pass failed: the keychain is locked");
}

TEST_CASE("credential helper: what it never had is erased as well") {
  ScriptedProcess processes;
  processes.expect({"docker-credential-pass", "erase"}).with_input("ghcr.io");
  CHECK(erase_from_helper(processes, home(), {"pass", "ghcr.io"}) == true);
  processes.expect({"docker-credential-pass", "erase"}).exits(1, kMiss);
  CHECK(erase_from_helper(processes, home(), {"pass", "ghcr.io"}) == false);
  processes.expect({"docker-credential-pass", "erase"}).exits(1, "", "locked");
  CHECK_FALSE(erase_from_helper(processes, home(), {"pass", "ghcr.io"}).has_value());
}

}  // namespace
}  // namespace buildcache::registry
