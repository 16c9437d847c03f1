// Logging in and out, from the registry's answer to the file.
#include "commands/login.hpp"

#include "commands/logout.hpp"
#include "support/fake_clock.hpp"
#include "support/memory_files.hpp"
#include "support/scripted_http.hpp"
#include "support/scripted_process.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

namespace buildcache::commands {
namespace {

using Json = nlohmann::json;
using Variables = std::map<std::string, std::string>;

constexpr const char* kFile = "/home/joe/.docker/config.json";
constexpr const char* kPassword = "hunter2-hunter2";

struct World {
  explicit World(Variables more = {}) : variables(std::move(more)) {
    variables.insert({"HOME", "/home/joe"});
    files.add("/home/joe/.bashrc", "");
  }

  [[nodiscard]] Seams seams() {
    return {sys::Environment(variables),
            files,
            processes,
            http,
            clock,
            interruption,
            [](std::string_view) { FAIL("nothing belongs on standard output"); },
            [this](std::string_view text) { err += text; },
            false,
            {},
            [this](std::size_t) { return core::Result<std::string>(input); }};
  }

  void registry_takes(const std::string& authorization) {
    http.expect("GET", "https://ghcr.io/v2/")
        .without_header("Authorization")
        .responds(401, "", {{"www-authenticate", "Basic realm=\"x\""}});
    http.expect("GET", "https://ghcr.io/v2/")
        .with_header("Authorization", authorization)
        .responds(200);
  }

  [[nodiscard]] Json stored() const { return Json::parse(files.content(kFile).value_or("null")); }

  Variables variables;
  support::MemoryFiles files;
  support::ScriptedProcess processes;
  support::ScriptedHttp http;
  support::FakeClock clock;
  sys::Interruption interruption;
  std::string input = std::string(kPassword) + "\n";
  std::string err;
};

constexpr const char* kBasic = "Basic am9lOmh1bnRlcjItaHVudGVyMg==";
constexpr const char* kAuth = "am9lOmh1bnRlcjItaHVudGVyMg==";

LoginOptions by_stdin() {
  LoginOptions options;
  options.host = "ghcr.io";
  options.username = "joe";
  options.password_stdin = true;
  return options;
}

}  // namespace

TEST_CASE("login command: the password from standard input is stored for its owner alone") {
  World world;
  world.registry_takes(kBasic);
  REQUIRE(login(world.seams(), by_stdin()));
  CHECK(world.stored()["auths"]["ghcr.io"]["auth"] == kAuth);
  CHECK(world.files.mode(kFile) == 0600U);
  CHECK(world.err == "logged in to ghcr.io, stored in /home/joe/.docker/config.json\n");
}

TEST_CASE("login command: a password from the environment does not reach the helper's") {
  World world(Variables{{"TOKEN", kPassword}});
  world.files.add(kFile, R"({"credsStore":"pass","x":1})");
  world.registry_takes(kBasic);
  world.processes.expect({"docker-credential-pass", "store"})
      .without_environment("TOKEN")
      .with_input(R"({"Secret":"hunter2-hunter2","ServerURL":"ghcr.io","Username":"joe"})");
  LoginOptions options = by_stdin();
  options.password_stdin = false;
  options.password_variable = "TOKEN";
  REQUIRE(login(world.seams(), options));
  CHECK(world.stored().dump() == R"({"auths":{"ghcr.io":{}},"credsStore":"pass","x":1})");
}

TEST_CASE("login command: a refused login stores nothing") {
  World world;
  world.http.expect("GET", "https://ghcr.io/v2/")
      .responds(401,
                R"({"errors":[{"code":"DENIED","message":"no"}]})",
                {{"www-authenticate", "Basic realm=\"x\""}})
      .times(2);
  const auto refused = login(world.seams(), by_stdin());
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message == "log in to ghcr.io: ghcr.io answered 401: DENIED: no");
  CHECK_FALSE(world.files.exists(kFile));
}

TEST_CASE("login command: an empty password asks nobody") {
  World world;
  world.input = "\n";
  CHECK(login(world.seams(), by_stdin()).error().message ==
        "the password from standard input is empty");
  LoginOptions options = by_stdin();
  options.password_stdin = false;
  options.password_variable = "TOKEN";
  CHECK(login(world.seams(), options).error().message == "the password from $TOKEN is empty");
}

TEST_CASE("login command: on GitHub the password is masked before anything else") {
  World world(Variables{{"GITHUB_ACTIONS", "true"}});
  world.registry_takes(kBasic);
  REQUIRE(login(world.seams(), by_stdin()));
  CHECK(world.err.starts_with("::add-mask::"));
  CHECK(world.err.find(std::string("::add-mask::") + kPassword) != std::string::npos);
}

TEST_CASE("login command: a variable that comes first is told of") {
  World world(Variables{{"DOCKER_AUTH_CONFIG", R"({"auths":{"ghcr.io":{"auth":"dTpw"}}})"}});
  world.registry_takes(kBasic);
  REQUIRE(login(world.seams(), by_stdin()));
  CHECK(world.err.find("DOCKER_AUTH_CONFIG holds a login for ghcr.io") != std::string::npos);
}

TEST_CASE("login command: a broken config.json is left alone") {
  World world;
  world.files.add(kFile, "{broken");
  world.registry_takes(kBasic);
  const auto failed = login(world.seams(), by_stdin());
  REQUIRE_FALSE(failed);
  CHECK(failed.error().kind == core::ErrorKind::config);
  CHECK(world.files.content(kFile) == "{broken");
}

TEST_CASE("logout command: the entry goes, the rest stays") {
  World world;
  world.files.add(kFile, R"({"auths":{"ghcr.io":{"auth":"dTpw"},"b":{"auth":"dTpw"}},"x":1})");
  REQUIRE(logout(world.seams(), {"ghcr.io"}));
  CHECK(world.stored().dump() == R"({"auths":{"b":{"auth":"dTpw"}},"x":1})");
  CHECK(world.err == "logged out of ghcr.io\n");
}

TEST_CASE("logout command: the helper forgets, too") {
  World world;
  world.files.add(kFile, R"({"auths":{"ghcr.io":{}},"credsStore":"pass"})");
  world.processes.expect({"docker-credential-pass", "erase"}).with_input("ghcr.io");
  REQUIRE(logout(world.seams(), {"ghcr.io"}));
  CHECK(world.stored()["auths"].empty());
}

TEST_CASE("logout command: without a login nothing is written") {
  World world;
  REQUIRE(logout(world.seams(), {"ghcr.io"}));
  CHECK(world.err == "there was no login for ghcr.io\n");
  CHECK_FALSE(world.files.exists(kFile));
}

}  // namespace buildcache::commands
