#include "docker/builder.hpp"

#include "core/digest.hpp"
#include "support/memory_files.hpp"
#include "support/scripted_process.hpp"

#include <doctest/doctest.h>

namespace buildcache::docker {
namespace {

const std::map<std::string, std::string> kEnvironment = {{"PATH", "/bin"}};

// One machine, and the run that makes a builder on it.
struct Machine {
  support::ScriptedProcess processes;
  support::MemoryFiles files;
  std::map<std::string, std::string> environment = kEnvironment;

  BuilderTools tools() { return {processes, files, environment}; }
  core::Result<ReadyBuilder> make(const config::Builder& builder) {
    return make_ready(tools(), {builder, "/shop", "buildcache-1", "/scratch"});
  }
};

config::Builder container() {
  config::Builder builder;
  builder.driver = config::Driver::docker_container;
  return builder;
}

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
  Machine machine;
  auto& processes = machine.processes;
  processes.expect(create_argv()).with_environment("PATH", "/bin");
  const auto ready = machine.make(remote());
  REQUIRE(ready);
  CHECK(ready->name == "buildcache-1");
  processes.expect({"docker", "buildx", "rm", "--force", "buildcache-1"});
  CHECK(release(machine.tools(), *ready));
}

TEST_CASE("builder: a remote one that does not answer is removed and named with buildx's words") {
  Machine machine;
  auto& processes = machine.processes;
  processes.expect(create_argv())
      .exits(1, "", "#1 [internal] waiting\nERROR: context deadline exceeded\n");
  processes.expect({"docker", "buildx", "rm", "--force", "buildcache-1"});
  const auto ready = machine.make(remote());
  REQUIRE_FALSE(ready);
  CHECK(ready.error().kind == core::ErrorKind::engine);
  CHECK(ready.error().message ==
        "create a remote builder for tcp://buildkit:1234: context deadline exceeded");
}

TEST_CASE("builder: every node is added, with its own options before the builder's") {
  Machine machine;
  machine.files.add("/shop/ca.pem", "");
  config::Builder builder;
  builder.driver = config::Driver::remote;
  builder.driver_opts = {{"cacert", "ca.pem"}, {"servername", "amd"}};
  builder.nodes = {{"tcp://amd:1234", {"linux/amd64"}, {}},
                   {"tcp://arm:1234", {"linux/arm64"}, {{"servername", "arm"}}}};
  machine.processes.expect({"docker",
                            "buildx",
                            "create",
                            "--name",
                            "buildcache-1",
                            "--driver",
                            "remote",
                            "--driver-opt",
                            "cacert=/shop/ca.pem",
                            "--driver-opt",
                            "servername=amd",
                            "--platform",
                            "linux/amd64",
                            "--bootstrap",
                            "--",
                            "tcp://amd:1234"});
  machine.processes
      .expect({"docker",
               "buildx",
               "create",
               "--name",
               "buildcache-1",
               "--driver",
               "remote",
               "--append",
               "--driver-opt",
               "cacert=/shop/ca.pem",
               "--driver-opt",
               "servername=arm",
               "--platform",
               "linux/arm64",
               "--bootstrap",
               "--",
               "tcp://arm:1234"})
      .exits(1, "", "ERROR: context deadline exceeded\n");
  machine.processes.expect({"docker", "buildx", "rm", "--force", "buildcache-1"});
  const auto ready = machine.make(builder);
  REQUIRE_FALSE(ready);
  CHECK(ready.error().message ==
        "create a remote builder's further node for tcp://arm:1234: context deadline exceeded");
  CHECK(ready.error().hint.find("`cacert`") != std::string::npos);
}

TEST_CASE("builder: a node's file that is not there is told before anything is made") {
  Machine machine;
  config::Builder builder;
  builder.driver = config::Driver::remote;
  builder.nodes = {{"tcp://amd:1234", {}, {}}, {"tcp://arm:1234", {}, {{"cacert", "none.pem"}}}};
  const auto ready = machine.make(builder);
  REQUIRE_FALSE(ready);
  CHECK(ready.error().kind == core::ErrorKind::config);
}

TEST_CASE("builder: docker that cannot be started is an engine error") {
  Machine machine;
  auto& processes = machine.processes;
  processes.expect(create_argv()).fails(core::ErrorKind::not_found, "no docker");
  processes.expect({"docker", "buildx", "rm", "--force", "buildcache-1"})
      .fails(core::ErrorKind::not_found);
  const auto ready = machine.make(remote());
  REQUIRE_FALSE(ready);
  CHECK(ready.error().kind == core::ErrorKind::engine);
}

TEST_CASE("builder: a named one and the engine's own are neither created nor removed") {
  Machine machine;
  config::Builder named;
  named.use = "team";
  const auto ready = machine.make(named);
  REQUIRE(ready);
  CHECK(ready->name == "team");
  CHECK(release(machine.tools(), *ready));

  config::Builder own;
  own.driver = config::Driver::docker;
  const auto engine = machine.make(own);
  REQUIRE(engine);
  CHECK(engine->name.empty());
  CHECK(release(machine.tools(), *engine));
}

TEST_CASE("builder: a container with everything the configuration says") {
  Machine machine;
  machine.files.add("/shop/ci/buildkitd.toml", "debug = true");
  config::Builder builder = container();
  builder.driver_opts = {{"image", "moby/buildkit:v0.20"}, {"env.no_proxy", "a,b"}};
  builder.platforms = {"linux/amd64", "linux/arm64"};
  builder.buildkitd_config = "ci/buildkitd.toml";
  machine.processes.expect({"docker",
                            "buildx",
                            "create",
                            "--name",
                            "buildcache-1",
                            "--driver",
                            "docker-container",
                            "--driver-opt",
                            "\"env.no_proxy=a,b\"",
                            "--driver-opt",
                            "image=moby/buildkit:v0.20",
                            "--platform",
                            "linux/amd64",
                            "--platform",
                            "linux/arm64",
                            "--buildkitd-config",
                            "/shop/ci/buildkitd.toml",
                            "--bootstrap"});
  const auto ready = machine.make(builder);
  REQUIRE(ready);
  CHECK(ready->created);
  CHECK(ready->notices.empty());
  machine.processes.expect({"docker", "buildx", "rm", "--force", "buildcache-1"});
  CHECK(release(machine.tools(), *ready));
}

TEST_CASE("builder: a configuration given as text is written where nobody else reads") {
  Machine machine;
  machine.files.add("/scratch/other", "");
  config::Builder builder = container();
  builder.buildkitd_config_inline = "debug = true\n";
  machine.processes.expect({"docker",
                            "buildx",
                            "create",
                            "--name",
                            "buildcache-1",
                            "--driver",
                            "docker-container",
                            "--buildkitd-config",
                            "/scratch/buildkitd.toml",
                            "--bootstrap"});
  REQUIRE(machine.make(builder));
  CHECK(machine.files.content("/scratch/buildkitd.toml") == "debug = true\n");
  CHECK(machine.files.mode("/scratch/buildkitd.toml") == 0600U);
}

TEST_CASE("builder: files the configuration names must be there before anything is made") {
  Machine machine;
  config::Builder builder = container();
  builder.buildkitd_config = "ci/buildkitd.toml";
  const auto without = machine.make(builder);
  REQUIRE_FALSE(without);
  CHECK(without.error().kind == core::ErrorKind::config);
  CHECK(without.error().message ==
        "builder.buildkitd-config: there is no file /shop/ci/buildkitd.toml");

  config::Builder tls = remote();
  tls.driver_opts = {{"cacert", "tls/ca.pem"}};
  const auto no_ca = machine.make(tls);
  REQUIRE_FALSE(no_ca);
  CHECK(no_ca.error().message == "builder.driver-opts.cacert: there is no file /shop/tls/ca.pem");
}

TEST_CASE("builder: certificates of a remote one are given by their absolute paths") {
  Machine machine;
  machine.files.add("/shop/tls/ca.pem", "");
  config::Builder builder = remote();
  builder.driver_opts = {{"cacert", "tls/ca.pem"}, {"servername", "buildkit"}};
  machine.processes.expect({"docker",
                            "buildx",
                            "create",
                            "--name",
                            "buildcache-1",
                            "--driver",
                            "remote",
                            "--driver-opt",
                            "cacert=/shop/tls/ca.pem",
                            "--driver-opt",
                            "servername=buildkit",
                            "--bootstrap",
                            "--",
                            "tcp://buildkit:1234"});
  CHECK(machine.make(builder));
}

TEST_CASE("builder: a kubernetes one takes no more than the current context needs") {
  Machine machine;
  config::Builder builder;
  builder.driver = config::Driver::kubernetes;
  builder.driver_opts = {{"namespace", "ci"}, {"replicas", "2"}};
  machine.processes.expect({"docker",
                            "buildx",
                            "create",
                            "--name",
                            "buildcache-1",
                            "--driver",
                            "kubernetes",
                            "--driver-opt",
                            "namespace=ci",
                            "--driver-opt",
                            "replicas=2",
                            "--bootstrap"});
  CHECK(machine.make(builder));
}

// buildx: "could not create a builder instance with TLS data loaded from environment".
TEST_CASE("builder: docker-in-docker with TLS gets a context, which goes after the builder") {
  Machine machine;
  machine.environment["DOCKER_HOST"] = "tcp://docker:2376";
  machine.environment["DOCKER_TLS_VERIFY"] = "1";
  machine.environment["DOCKER_CERT_PATH"] = "/certs/client";
  machine.processes.expect({"docker",
                            "context",
                            "create",
                            "buildcache-1",
                            "--docker",
                            std::string("host=tcp://docker:2376,ca=/certs/client/ca.pem") +
                                ",cert=/certs/client/cert.pem,key=/certs/client/key.pem"});
  machine.processes.expect({"docker",
                            "buildx",
                            "create",
                            "--name",
                            "buildcache-1",
                            "--driver",
                            "docker-container",
                            "--bootstrap",
                            "--",
                            "buildcache-1"});
  const auto ready = machine.make(container());
  REQUIRE(ready);
  machine.processes.expect({"docker", "buildx", "rm", "--force", "buildcache-1"});
  machine.processes.expect({"docker", "context", "rm", "--force", "buildcache-1"});
  CHECK(release(machine.tools(), *ready));
}

TEST_CASE("builder: a context that cannot be made says what its directory must hold") {
  Machine machine;
  machine.environment["DOCKER_HOST"] = "tcp://docker:2376";
  machine.environment["DOCKER_CERT_PATH"] = "/certs";
  machine.processes
      .expect({"docker",
               "context",
               "create",
               "buildcache-1",
               "--docker",
               "host=tcp://docker:2376,ca=/certs/ca.pem,cert=/certs/cert.pem,key=/certs/key.pem"})
      .exits(1, "", "open /certs/ca.pem: no such file or directory\n");
  const auto ready = machine.make(container());
  REQUIRE_FALSE(ready);
  CHECK(ready.error().kind == core::ErrorKind::engine);
  CHECK(ready.error().hint.find("/certs, which must hold ca.pem") != std::string::npos);
}

constexpr const char* kKept = "buildcache-kept-";

TEST_CASE("builder: kept state has one name for a directory, and survives the builder") {
  Machine machine;
  config::Builder builder = container();
  builder.keep_state = true;
  const std::string name = kKept + core::sha256_hex("/shop").substr(0, 12);
  const std::vector<std::string> create = {
      "docker", "buildx", "create", "--name", name, "--driver", "docker-container", "--bootstrap"};
  machine.processes.expect(create);
  const auto ready = machine.make(builder);
  REQUIRE(ready);
  CHECK(ready->name == name);
  machine.processes.expect({"docker", "buildx", "rm", "--force", "--keep-state", name});
  CHECK(release(machine.tools(), *ready));
}

TEST_CASE("builder: a kept one that is in use is left alone, with a notice") {
  Machine machine;
  config::Builder builder = container();
  builder.keep_state = true;
  const std::string name = kKept + core::sha256_hex("/shop").substr(0, 12);
  machine.environment["BUILDX_CONFIG"] = "/buildx";
  machine.files.add("/buildx/instances/" + name, R"({"Driver": "docker-container"})");
  machine.processes.expect({"docker",
                            "buildx",
                            "create",
                            "--name",
                            "buildcache-1",
                            "--driver",
                            "docker-container",
                            "--bootstrap"});
  const auto ready = machine.make(builder);
  REQUIRE(ready);
  CHECK(ready->name == "buildcache-1");
  REQUIRE(ready->notices.size() == 1);
  CHECK(ready->notices.front().message.find(name) != std::string::npos);
  machine.processes.expect({"docker", "buildx", "rm", "--force", "buildcache-1"});
  CHECK(release(machine.tools(), *ready));
}

}  // namespace
}  // namespace buildcache::docker
