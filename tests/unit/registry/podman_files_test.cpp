// Podman's credentials, which count where docker has none.
#include "registry/credentials.hpp"
#include "support/memory_files.hpp"
#include "support/scripted_process.hpp"

#include <doctest/doctest.h>

namespace buildcache::registry {
namespace {

constexpr const char* kDocker = "/home/u/.docker/config.json";
constexpr const char* kNamed = "/ci/auth.json";
constexpr const char* kRuntime = "/run/user/1/containers/auth.json";
constexpr const char* kHome = "/home/u/.config/containers/auth.json";

sys::Environment environment() {
  return sys::Environment(std::map<std::string, std::string>{
      {"HOME", "/home/u"}, {"REGISTRY_AUTH_FILE", kNamed}, {"XDG_RUNTIME_DIR", "/run/user/1"}});
}

// `auth` of "u:p" with another letter for the user, to tell sources apart.
std::string auths(const std::string& host, const std::string& user) {
  const std::string auth = user == "a" ? "YTpw" : user == "b" ? "Yjpw" : "Yzpw";
  return R"({"auths":{")" + host + R"(":{"auth":")" + auth + R"("}}})";
}

Credentials loaded(support::MemoryFiles& files) {
  auto credentials = Credentials::load(files, environment(), {});
  REQUIRE(credentials.has_value());
  return *credentials;
}

}  // namespace

TEST_CASE("podman: each of its files is looked into, the first that knows the host answers") {
  support::MemoryFiles files;
  files.add(kHome, auths("quay.io", "c"));
  CHECK(loaded(files).find({"quay.io"})->username == "c");
  files.add(kRuntime, auths("quay.io", "b"));
  CHECK(loaded(files).find({"quay.io"})->username == "b");
  files.add(kNamed, auths("quay.io", "a"));
  CHECK(loaded(files).find({"quay.io"})->username == "a");
  CHECK(loaded(files).find({"quay.io"})->source == kNamed);
  files.add(kNamed, auths("ghcr.io", "a"));
  CHECK(loaded(files).find({"quay.io"})->username == "b");
}

TEST_CASE("podman: what docker's own file knows comes first and is not carried") {
  support::MemoryFiles files;
  files.add(kDocker, auths("quay.io", "a"));
  files.add(kHome, R"({"auths":{"quay.io":{"auth":"Yjpw"},"ghcr.io":{"auth":"Yjpw"}}})");
  const auto credentials = loaded(files);
  CHECK(credentials.find({"quay.io"})->username == "a");
  CHECK(credentials.find({"ghcr.io"})->username == "b");
  const auto carried = credentials.carried();
  REQUIRE(carried.size() == 1);
  CHECK(carried.at("ghcr.io").username == "b");
}

TEST_CASE("podman: it is asked where docker's helper has nothing, and not where that failed") {
  for (const bool broken : {false, true}) {
    support::ScriptedProcess processes;
    support::MemoryFiles files;
    files.add(kDocker, R"({"credsStore":"pass"})");
    files.add(kHome, auths("quay.io", "a"));
    auto credentials = loaded(files);
    credentials.use_helpers(processes, environment());
    processes.expect({"docker-credential-pass", "get"})
        .exits(1, broken ? "" : "credentials not found in native keychain", "locked");
    CHECK(credentials.find({"quay.io"}).has_value() == !broken);
    CHECK(credentials.carried().size() == (broken ? 0 : 1));
  }
}

TEST_CASE("podman: credentials of a part of a registry are not taken for all of it") {
  support::MemoryFiles files;
  files.add(kHome, auths("quay.io/team", "a"));
  CHECK_FALSE(loaded(files).find({"quay.io", "team/app", "pull"}).has_value());
  CHECK(loaded(files).carried().empty());
}

TEST_CASE("podman: a broken file fails nothing and is told where credentials are missing") {
  support::MemoryFiles files;
  files.add(kHome, "{\"auths\": s3cret");
  files.add(kDocker, auths("ghcr.io", "a"));
  const auto credentials = loaded(files);
  CHECK(credentials.trouble({"ghcr.io"}).empty());
  CHECK(credentials.trouble({"quay.io"}) ==
        "passed over /home/u/.config/containers/auth.json:1:11: these credentials are not valid "
        "JSON");
}

TEST_CASE("podman: its secrets are masked") {
  support::MemoryFiles files;
  files.add(kHome, auths("quay.io", "a"));
  CHECK(loaded(files).secrets().size() == 1);
}

}  // namespace buildcache::registry
