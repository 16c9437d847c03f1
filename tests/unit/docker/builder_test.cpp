#include "docker/builder.hpp"

#include "support/scripted_process.hpp"

#include <doctest/doctest.h>

namespace buildcache::docker {
namespace {

const std::map<std::string, std::string> kEnvironment = {{"PATH", "/bin"}};

config::Builder remote() {
  config::Builder builder;
  builder.driver = config::Driver::remote;
  builder.endpoint = "tcp://buildkit:1234";
  return builder;
}

std::vector<std::string> create_argv() {
  return {"docker",
          "buildx",
          "create",
          "--name",
          "buildcache-1",
          "--driver",
          "remote",
          "--bootstrap",
          "--",
          "tcp://buildkit:1234"};
}

TEST_CASE("builder: a remote one is created, connected to and removed again") {
  support::ScriptedProcess processes;
  processes.expect(create_argv()).with_environment("PATH", "/bin");
  const auto ready = make_ready(processes, kEnvironment, remote(), "buildcache-1");
  REQUIRE(ready);
  CHECK(ready->name == "buildcache-1");
  processes.expect({"docker", "buildx", "rm", "--force", "buildcache-1"});
  CHECK(release(processes, kEnvironment, *ready));
}

TEST_CASE("builder: a remote one that does not answer is removed and named with buildx's words") {
  support::ScriptedProcess processes;
  processes.expect(create_argv())
      .exits(1, "", "#1 [internal] waiting\nERROR: context deadline exceeded\n");
  processes.expect({"docker", "buildx", "rm", "--force", "buildcache-1"});
  const auto ready = make_ready(processes, kEnvironment, remote(), "buildcache-1");
  REQUIRE_FALSE(ready);
  CHECK(ready.error().kind == core::ErrorKind::engine);
  CHECK(ready.error().message ==
        "create a builder for tcp://buildkit:1234: context deadline exceeded");
}

TEST_CASE("builder: docker that cannot be started is an engine error") {
  support::ScriptedProcess processes;
  processes.expect(create_argv()).fails(core::ErrorKind::not_found, "no docker");
  processes.expect({"docker", "buildx", "rm", "--force", "buildcache-1"})
      .fails(core::ErrorKind::not_found);
  const auto ready = make_ready(processes, kEnvironment, remote(), "buildcache-1");
  REQUIRE_FALSE(ready);
  CHECK(ready.error().kind == core::ErrorKind::engine);
}

TEST_CASE("builder: a named one and the engine's own are neither created nor removed") {
  support::ScriptedProcess processes;
  config::Builder named;
  named.use = "team";
  const auto ready = make_ready(processes, kEnvironment, named, "buildcache-1");
  REQUIRE(ready);
  CHECK(ready->name == "team");
  CHECK(release(processes, kEnvironment, *ready));

  config::Builder own;
  own.driver = config::Driver::docker;
  const auto engine = make_ready(processes, kEnvironment, own, "buildcache-1");
  REQUIRE(engine);
  CHECK(engine->name.empty());
  CHECK(release(processes, kEnvironment, *engine));
}

}  // namespace
}  // namespace buildcache::docker
