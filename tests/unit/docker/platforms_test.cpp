#include "docker/platforms.hpp"

#include "support/scripted_process.hpp"

#include <doctest/doctest.h>

namespace buildcache::docker {

using Words = std::vector<std::string>;

TEST_CASE("platforms: of every node, each once, without the mark of those chosen by hand") {
  constexpr const char* kInspected =
      "Name:   two\nDriver: remote\n\nNodes:\nName:  two0\nStatus: running\n"
      "Platforms:        linux/amd64*, linux/amd64/v2, linux/386\n"
      "Labels:\n org.mobyproject.Platforms: x\n\nName: two1\nPlatforms: linux/arm64*, linux/386\n";
  CHECK(platforms_in(kInspected) ==
        Words{"linux/amd64", "linux/amd64/v2", "linux/386", "linux/arm64"});
  CHECK(platforms_in("").empty());
  CHECK(platforms_in("Platforms:\nPlatforms: ,,").empty());
}

TEST_CASE("platforms: a builder that cannot be asked tells none") {
  support::ScriptedProcess processes;
  processes.expect({"docker", "buildx", "inspect", "team"}).exits(1, "Platforms: x\n", "no");
  CHECK(builder_platforms(processes, {}, "team").empty());
  processes.expect({"docker", "buildx", "inspect"}).fails(core::ErrorKind::not_found);
  CHECK(builder_platforms(processes, {}, "").empty());
  processes.expect({"docker", "buildx", "inspect"}).exits(0, "Platforms: linux/arm64\n", "");
  CHECK(builder_platforms(processes, {}, "") == Words{"linux/arm64"});
}

}  // namespace buildcache::docker
