#include "docker/detect.hpp"

#include "core/digest.hpp"
#include "support/memory_files.hpp"
#include "support/scripted_http.hpp"
#include "support/scripted_process.hpp"

#include <doctest/doctest.h>

namespace buildcache::docker {
namespace {

constexpr const char* kContainerd =
    R"({"ServerVersion":"26.1.5+dfsg1","DriverStatus":[["driver-type","io.containerd.snapshotter.v1"]]})";
constexpr const char* kGraphDriver =
    R"({"ServerVersion":"28.0.0","DriverStatus":[["Backing Filesystem","extfs"]]})";
constexpr const char* kInfo = "http://docker/info";

// A machine with docker and its plugin; the engine's answers come from a script.
struct Machine {
  support::ScriptedProcess processes;
  support::ScriptedHttp http;
  support::MemoryFiles files;
  std::map<std::string, std::string> variables = {{"HOME", "/home/joe"}, {"PATH", "/usr/bin"}};

  Machine() {
    files.add("/usr/bin/docker", "", 0755);
    files.add("/usr/libexec/docker/cli-plugins/docker-buildx", "", 0755);
  }

  void add_buildx(const std::string& path, const std::string& text) {
    files.add("/home/joe/.docker/buildx/" + path, text);
  }

  core::Result<Capabilities> detect(const config::Builder& builder = {}) {
    return docker::detect({processes, http, files}, sys::Environment(variables), builder);
  }
};

config::Builder named(const std::string& name) {
  config::Builder builder;
  builder.use = name;
  return builder;
}

TEST_CASE("detect: the engine's own builder is asked over its socket and needs no name") {
  Machine machine;
  machine.http.expect("GET", kInfo).responds(200, kContainerd);
  const auto found = machine.detect();
  REQUIRE(found);
  CHECK(found->builder.empty());
  CHECK(found->driver == "docker");
  CHECK(found->engine_version == "26.1.5+dfsg1");
  CHECK(found->registry_export);
  CHECK(found->image_manifest);
  CHECK_FALSE(found->object_stores);
  CHECK_FALSE(found->assumed);
  CHECK(machine.http.requests().at(0).unix_socket == "/var/run/docker.sock");
}

TEST_CASE("detect: an engine with a graph driver cannot export, and the remedy is told") {
  Machine machine;
  machine.http.expect("GET", kInfo).responds(200, kGraphDriver);
  const auto found = machine.detect();
  REQUIRE(found);
  CHECK_FALSE(found->registry_export);
  CHECK_FALSE(found->local_export);
  CHECK(found->why_no_export.find("containerd-snapshotter") != std::string::npos);
}

TEST_CASE("detect: GitHub's cache service needs Docker 28 with containerd's image store") {
  const auto gha_of = [](const std::string& version, const std::string& driver) {
    Machine machine;
    machine.http.expect("GET", kInfo)
        .responds(200,
                  R"({"ServerVersion":")" + version + R"(","DriverStatus":[["driver-type",")" +
                      driver + R"("]]})");
    const auto found = machine.detect();
    return found && found->gha;
  };
  CHECK(gha_of("28.0.0", "io.containerd.snapshotter.v1"));
  CHECK_FALSE(gha_of("27.5.1", "io.containerd.snapshotter.v1"));
  CHECK_FALSE(gha_of("28.0.0", "overlay2"));
}

TEST_CASE("detect: an engine before Docker 25 knows neither image-manifest nor ignore-error") {
  Machine machine;
  machine.http.expect("GET", kInfo)
      .responds(
          200,
          R"({"ServerVersion":"24.0.7","DriverStatus":[["driver-type","io.containerd.snapshotter.v1"]]})");
  const auto found = machine.detect();
  REQUIRE(found);
  CHECK(found->registry_export);
  CHECK_FALSE(found->image_manifest);
  CHECK_FALSE(found->ignore_error);
}

TEST_CASE("detect: the builder chosen with `docker buildx use` is taken, for its engine only") {
  Machine machine;
  machine.add_buildx("instances/team", R"({"Name":"team","Driver":"docker-container"})");
  SUBCASE("chosen here") {
    machine.add_buildx("current", R"({"Key":"unix:///var/run/docker.sock","Name":"team"})");
    const auto found = machine.detect();
    REQUIRE(found);
    CHECK(found->builder == "team");
    CHECK(found->driver == "docker-container");
    CHECK(found->registry_export);
    CHECK(found->object_stores);
  }
  SUBCASE("chosen for another engine") {
    machine.add_buildx("current", R"({"Key":"tcp://elsewhere:2375","Name":"team"})");
    machine.http.expect("GET", kInfo).responds(200, kContainerd);
    const auto found = machine.detect();
    REQUIRE(found);
    CHECK(found->driver == "docker");
  }
  SUBCASE("chosen everywhere") {
    machine.add_buildx("current", R"({"Key":"tcp://elsewhere:2375","Name":"team","Global":true})");
    const auto found = machine.detect();
    REQUIRE(found);
    CHECK(found->builder == "team");
  }
  SUBCASE("the engine's default") {
    const auto hash = core::sha256_hex("unix:///var/run/docker.sock").substr(0, 20);
    machine.add_buildx("defaults/" + hash, "team");
    const auto found = machine.detect();
    REQUIRE(found);
    CHECK(found->builder == "team");
  }
  SUBCASE("chosen and gone") {
    machine.add_buildx("current", R"({"Key":"unix:///var/run/docker.sock","Name":"gone"})");
    machine.http.expect("GET", kInfo).responds(200, kContainerd);
    const auto found = machine.detect();
    REQUIRE(found);
    CHECK(found->driver == "docker");
  }
}

TEST_CASE("detect: BUILDX_BUILDER and the configuration name builders, which must exist") {
  Machine machine;
  machine.add_buildx("instances/team", R"({"Name":"team","Driver":"kubernetes"})");
  machine.variables["BUILDX_BUILDER"] = "Team";
  auto found = machine.detect();
  REQUIRE(found);
  CHECK(found->driver == "kubernetes");

  machine.variables["BUILDX_BUILDER"] = "../../etc/passwd";
  found = machine.detect();
  REQUIRE_FALSE(found);
  CHECK(found.error().kind == core::ErrorKind::engine);

  found = machine.detect(named("nobody"));
  REQUIRE_FALSE(found);
  CHECK(found.error().message == "there is no builder 'nobody'");
}

TEST_CASE("detect: DOCKER_HOST and docker contexts say which engine is asked") {
  Machine machine;
  SUBCASE("DOCKER_HOST") {
    machine.variables["DOCKER_HOST"] = "unix:///run/other.sock";
    machine.http.expect("GET", kInfo).responds(200, kContainerd);
    REQUIRE(machine.detect());
    CHECK(machine.http.requests().at(0).unix_socket == "/run/other.sock");
  }
  SUBCASE("a context of config.json") {
    machine.files.add("/home/joe/.docker/config.json", R"({"currentContext":"ci"})");
    machine.files.add("/home/joe/.docker/contexts/meta/" + core::sha256_hex("ci") + "/meta.json",
                      R"({"Name":"ci","Endpoints":{"docker":{"Host":"unix:///run/ci.sock"}}})");
    machine.http.expect("GET", kInfo).responds(200, kContainerd);
    const auto found = machine.detect();
    REQUIRE(found);
    CHECK(found->builder == "ci");
    CHECK(machine.http.requests().at(0).unix_socket == "/run/ci.sock");
  }
  SUBCASE("a context that does not exist") {
    machine.variables["DOCKER_CONTEXT"] = "nowhere";
    const auto found = machine.detect();
    REQUIRE_FALSE(found);
    CHECK(found.error().message == "there is no docker context 'nowhere'");
  }
}

TEST_CASE("detect: an engine over TCP is asked by docker itself") {
  Machine machine;
  machine.variables["DOCKER_HOST"] = "tcp://10.0.0.1:2376";
  machine.processes.expect({"docker", "info", "--format", "{{json .}}"}).exits(0, kContainerd);
  const auto found = machine.detect();
  REQUIRE(found);
  CHECK(found->engine_version == "26.1.5+dfsg1");
}

TEST_CASE("detect: an engine that does not answer is named with what was said") {
  Machine machine;
  SUBCASE("no socket") {
    machine.http.expect("GET", kInfo).fails(core::ErrorKind::unavailable, "no such socket");
    const auto found = machine.detect();
    REQUIRE_FALSE(found);
    CHECK(found.error().kind == core::ErrorKind::engine);
    CHECK(found.error().message ==
          "the Docker engine at unix:///var/run/docker.sock does not answer: no such socket");
  }
  SUBCASE("not an engine") {
    machine.http.expect("GET", kInfo).responds(200, "<html>");
    CHECK_FALSE(machine.detect());
  }
  SUBCASE("docker info fails") {
    machine.variables["DOCKER_HOST"] = "ssh://host";
    machine.processes.expect({"docker", "info", "--format", "{{json .}}"})
        .exits(1, R"({"ServerVersion":""})", "Cannot connect\n");
    const auto found = machine.detect();
    REQUIRE_FALSE(found);
    CHECK(found.error().message ==
          "the Docker engine at ssh://host does not answer: Cannot connect");
  }
}

TEST_CASE("detect: a builder whose file does not tell its driver is asked about") {
  Machine machine;
  machine.add_buildx("instances/odd", "{broken");
  machine.processes.expect({"docker", "buildx", "inspect", "odd"})
      .exits(0, "Name:   odd\nDriver: remote\n\nNodes:\n");
  const auto found = machine.detect(named("odd"));
  REQUIRE(found);
  CHECK(found->driver == "remote");
}

TEST_CASE("detect: a remote builder to be created is not asked for anything yet") {
  Machine machine;
  config::Builder builder;
  builder.driver = config::Driver::remote;
  builder.endpoint = "tcp://buildkit:1234";
  const auto found = machine.detect(builder);
  REQUIRE(found);
  CHECK(found->driver == "remote");
}

TEST_CASE("detect: missing programs are told with the places looked at") {
  Machine machine;
  machine.variables["PATH"] = "/bin";
  auto found = machine.detect();
  REQUIRE_FALSE(found);
  CHECK(found.error().message == "there is no docker command on PATH");

  support::MemoryFiles bare;
  bare.add("/usr/bin/docker", "");
  machine.variables["PATH"] = "/usr/bin";
  found = docker::detect(
      {machine.processes, machine.http, bare}, sys::Environment(machine.variables), {});
  REQUIRE_FALSE(found);
  CHECK(found.error().message.find("/home/joe/.docker/cli-plugins") != std::string::npos);
  CHECK(found.error().message.find("/usr/libexec/docker/cli-plugins") != std::string::npos);
}

TEST_CASE("detect: the floor is an assumption and says so") {
  CHECK(assumed_floor().assumed);
  CHECK(assumed_floor().registry_export);
}

}  // namespace
}  // namespace buildcache::docker
