#include "commands/direct_route.hpp"

#include "support/fake_clock.hpp"
#include "support/memory_files.hpp"
#include "support/scripted_http.hpp"
#include "support/scripted_process.hpp"
#include "support/temporary_folder.hpp"
#include "sys/posix_files.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>

namespace buildcache::commands {
namespace {

store::Location place(const std::string& host, const std::string& path = "acme/cache") {
  store::Location location;
  location.repository = {host, path};
  return location;
}

struct Fixture {
  Fixture() {
    // The certificates of this machine are looked for on the real file system.
    REQUIRE(sys::PosixFiles().write(folder / "ca.pem", "the authorities", 0644));
    files.add(folder / "ca.pem", "the authorities");
  }

  [[nodiscard]] Seams seams() {
    const sys::Environment environment(
        std::map<std::string, std::string>{{"SSL_CERT_FILE", folder / "ca.pem"}});
    return {environment, files, processes, http, clock, interruption, {}, {}, false, {}};
  }

  registry::Credentials credentials(const std::string& host) {
    config::RegistryLogin login;
    login.host = host;
    login.username = "dev";
    login.password = core::Secret("password");
    return registry::Credentials::load(files, {}, {login}).value();
  }

  // Opens the way to these places, one mount each.
  std::optional<DirectAccess> open(const std::vector<store::Location>& places) {
    std::vector<const store::Location*> pointers;
    request.mounts.clear();
    for (const store::Location& one : places) {
      pointers.push_back(&one);
      request.mounts.emplace_back();
    }
    const Seams at = seams();
    const registry::Credentials known = credentials("registry.example");
    return DirectRoute(at, known).open(pointers, request);
  }

  sys_test::TemporaryFolder folder;
  support::MemoryFiles files;
  support::ScriptedProcess processes;
  support::ScriptedHttp http;
  support::FakeClock clock;
  sys::Interruption interruption;
  mounts::AgentRequest request;
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "direct route: the login of that registry alone, and the authorities") {
  const auto access = open({place("registry.example")});
  REQUIRE(access);
  CHECK(access->certificates == "the authorities");
  CHECK(access->login.find("registry.example") != std::string::npos);
  CHECK(request.host == "registry.example");
  CHECK_FALSE(request.plain_http);
  CHECK(request.mounts[0].repository == "acme/cache");
  CHECK(open({place("other.example")})->login == "{}");
}

TEST_CASE_FIXTURE(Fixture, "direct route: a registry on loopback speaks plain http") {
  const auto access = open({place("127.0.0.1:5000")});
  REQUIRE(access);
  CHECK(access->certificates.empty());
  CHECK(request.plain_http);
}

TEST_CASE_FIXTURE(Fixture,
                  "direct route: one registry; what is elsewhere goes through the client") {
  store::Location local;
  local.kind = config::StoreKind::local;
  REQUIRE(open({local,
                place("registry.example"),
                place("other.example"),
                place("registry.example", "acme/more")}));
  CHECK(request.mounts[0].repository.empty());
  CHECK(request.mounts[1].repository == "acme/cache");
  CHECK(request.mounts[2].repository.empty());
  CHECK(request.mounts[3].repository == "acme/more");
  CHECK_FALSE(open({local}));
  CHECK(request.mounts[0].repository.empty());
}

TEST_CASE_FIXTURE(Fixture, "direct route: a client certificate stays with the client") {
  const std::string certificates = "/etc/docker/certs.d/registry.example/";
  files.add(certificates + "client.cert", "certificate");
  files.add(certificates + "client.key", "key");
  CHECK_FALSE(open({place("registry.example")}));
  CHECK(request.mounts[0].repository.empty());
}

TEST_CASE_FIXTURE(Fixture, "direct route: none once it is closed") {
  const Seams at = seams();
  const registry::Credentials known = credentials("registry.example");
  const store::Location there = place("registry.example");
  DirectRoute route(at, known);
  request.mounts.emplace_back();
  CHECK(route.open({&there}, request));
  route.close();
  request.mounts[0].repository.clear();
  CHECK_FALSE(route.open({&there}, request));
  CHECK(request.mounts[0].repository.empty());
}

}  // namespace buildcache::commands
