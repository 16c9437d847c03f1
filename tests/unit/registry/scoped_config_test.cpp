// buildx's credentials for single repositories and actions.
#include "registry/scoped_config.hpp"

#include "registry/credentials.hpp"
#include "support/memory_files.hpp"
#include "support/scripted_process.hpp"

#include <doctest/doctest.h>

namespace buildcache::registry {
namespace {

struct World {
  // Puts a file for `scope` there, whose user is the scope itself.
  void add(const std::string& scope, const std::string& host) {
    files.add("/home/u/.docker/buildx/config/" + scope + "/config.json",
              R"({"auths":{")" + host + R"(":{"username":")" + scope + R"(","password":"p"}}})");
  }

  [[nodiscard]] std::string user_for(const Purpose& purpose) {
    const auto credentials = Credentials::load(
        files, sys::Environment(std::map<std::string, std::string>{{"HOME", "/home/u"}}), {});
    REQUIRE(credentials.has_value());
    const auto found = credentials->find(purpose);
    return found ? found->username : "";
  }

  support::MemoryFiles files;
};

const Purpose kPull{"ghcr.io", "acme/app", "pull"};
const Purpose kPush{"ghcr.io", "acme/app", "pull,push"};

}  // namespace

TEST_CASE("scoped: a host's file comes before config.json, a repository's before the host's") {
  World world;
  world.files.add("/home/u/.docker/config.json",
                  R"({"auths":{"ghcr.io":{"username":"file","password":"p"}}})");
  CHECK(world.user_for(kPull) == "file");
  world.add("ghcr.io", "ghcr.io");
  CHECK(world.user_for(kPull) == "ghcr.io");
  world.add("ghcr.io/acme/app", "ghcr.io");
  CHECK(world.user_for(kPull) == "ghcr.io/acme/app");
  CHECK(world.user_for({"ghcr.io", "acme/other", "pull"}) == "ghcr.io");
}

TEST_CASE("scoped: actions must all be wanted, and more of them win") {
  World world;
  world.add("ghcr.io", "ghcr.io");
  world.add("ghcr.io@push", "ghcr.io");
  CHECK(world.user_for(kPull) == "ghcr.io");
  CHECK(world.user_for(kPush) == "ghcr.io@push");
  world.add("ghcr.io@pull,push", "ghcr.io");
  CHECK(world.user_for(kPush) == "ghcr.io@pull,push");
  world.add("ghcr.io/acme/app@pull", "ghcr.io");
  CHECK(world.user_for(kPush) == "ghcr.io/acme/app@pull");
}

TEST_CASE("scoped: Docker Hub goes by the name BuildKit asks") {
  World world;
  world.add("docker.io", "docker.io");
  CHECK(world.user_for({"docker.io", "library/x", "pull"}).empty());
  world.add("registry-1.docker.io", "https://index.docker.io/v1/");
  CHECK(world.user_for({"docker.io", "library/x", "pull"}) == "registry-1.docker.io");
}

TEST_CASE("scoped: a file that fits and has nothing leaves nobody, as with buildx") {
  World world;
  world.files.add("/home/u/.docker/config.json",
                  R"({"auths":{"ghcr.io":{"username":"file","password":"p"}}})");
  world.files.add("/home/u/.docker/buildx/config/ghcr.io/config.json", "{}");
  CHECK(world.user_for(kPull).empty());
}

TEST_CASE("scoped: a broken file is passed over, as with buildx") {
  World world;
  world.add("ghcr.io", "ghcr.io");
  world.files.add("/home/u/.docker/buildx/config/ghcr.io/acme/app/config.json", "{");
  CHECK(world.user_for(kPull) == "ghcr.io");
}

TEST_CASE("scoped: BUILDX_CONFIG leads elsewhere, and helpers are asked as everywhere") {
  support::MemoryFiles files;
  support::ScriptedProcess processes;
  files.add("/bx/config/ghcr.io/config.json", R"({"credsStore":"pass"})");
  const sys::Environment environment(
      std::map<std::string, std::string>{{"HOME", "/home/u"}, {"BUILDX_CONFIG", "/bx"}});
  auto credentials = Credentials::load(files, environment, {});
  REQUIRE(credentials.has_value());
  credentials->use_helpers(processes, environment);
  processes.expect({"docker-credential-pass", "get"})
      .with_input("ghcr.io")
      .exits(0, R"({"Username":"u","Secret":"s"})");
  CHECK(credentials->find(kPull)->username == "u");
  CHECK(credentials->find(kPull)->username == "u");
}

TEST_CASE("scoped: the number of files and the depth of folders are bounded") {
  World world;
  for (int i = 0; i < 300; ++i) {
    world.add("h" + std::to_string(i) + ".example", "x");
  }
  std::string deep = "a.example";
  for (int i = 0; i < 40; ++i) {
    deep += "/d";
  }
  world.add(deep, "x");
  std::vector<std::string> broken;
  const auto found = read_scoped_configs(world.files, "/home/u/.docker/buildx/config", broken);
  CHECK(found.size() == 256);
  CHECK(broken.empty());
}

}  // namespace buildcache::registry
