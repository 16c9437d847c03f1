#include "dockerfile/cache_mounts.hpp"

#include <doctest/doctest.h>

using namespace buildcache;
using namespace buildcache::dockerfile;

namespace {

// Each mount in a line: id, what else makes it the one it is, lines.
std::string shown(std::string_view dockerfile, const BuildInputs& inputs = {}) {
  const auto mounts = cache_mounts(dockerfile, inputs);
  if (!mounts) {
    return "error at " + std::to_string(mounts.error().position.value_or(core::Position{}).line) +
           ": " + mounts.error().message;
  }
  std::string text;
  for (const CacheMount& mount : *mounts) {
    const MountIdentity& identity = mount.identity;
    text += identity.name_space + identity.id;
    text += identity.uid ? " uid=" + std::to_string(*identity.uid) : "";
    text += identity.gid ? " gid=" + std::to_string(*identity.gid) : "";
    text += identity.mode ? " mode=" + std::to_string(*identity.mode) : "";
    text += identity.from.empty() ? "" : " from=" + identity.from;
    text += mount.from_is_stage ? " (stage)" : "";
    text += identity.source.empty() ? "" : " source=" + identity.source;
    text += mount.unresolved.empty() ? "" : " unresolved";
    text += " at";
    for (const int line : mount.lines) {
      text += " " + std::to_string(line);
    }
    text += "\n";
  }
  return text;
}

}  // namespace

TEST_CASE("cache mounts: the default id is the target, cleaned, not joined with WORKDIR") {
  CHECK(shown("FROM a\nWORKDIR /w\nRUN --mount=type=cache,target=/x//y/../z/ true") ==
        "/x/z at 3\n");
  CHECK(shown("FROM a\nWORKDIR /w\nRUN --mount=type=cache,dst=./target true") == "target at 3\n");
  CHECK(shown("FROM a\nRUN --mount=type=cache,destination=/x,id=/y//z true") == "/y//z at 2\n");
}

TEST_CASE("cache mounts: everything that makes an identity") {
  CHECK(shown("FROM a AS base\n"
              "FROM a\n"
              "run --MOUNT=type=cache,target=/no true\n"
              "RUN --mount=type=cache,target=/x,uid=1000,gid=2,mode=0755 true\n"
              "RUN --mount=type=cache,target=/x,from=base,src=/opt true\n"
              "RUN --mount=type=cache,target=/x,from=alpine true\n"
              "RUN --mount=type=CACHE,TARGET=/x,sharing=locked,ro true\n"
              "RUN --mount=target=/x true\n"
              "RUN --mount=type=cache,target=/other,id=/x true") ==
        "/x uid=1000 gid=2 mode=493 at 4\n"
        "/x from=base (stage) at 5\n"
        "/x from=alpine at 6\n"
        "/x at 7 9\n");
}

TEST_CASE("cache mounts: a source shows a folder of one mount, and makes no other") {
  CHECK(shown("FROM a\n"
              "RUN --mount=type=cache,target=/x,from=alpine true\n"
              "RUN --mount=type=cache,target=/x,from=alpine,source=/etc true\n"
              "RUN --mount=type=cache,target=/x,uid=1,source=/etc true") ==
        "/x from=alpine at 2 3\n/x uid=1 source=/etc at 4\n");
}

TEST_CASE("cache mounts: several in one RUN, quoted and continued") {
  CHECK(shown("FROM a\n"
              "RUN --mount=type=cache,target=/a \\\n"
              "    --network=none --mount=\"type=cache,target=/b\" \\\n"
              "    --mount=type=cache,\\\"id=with,comma\\\",target=/c \\\n"
              "    echo --mount=type=cache,target=/no") == "/a at 2\n/b at 2\nwith,comma at 2\n");
}

TEST_CASE("cache mounts: variables") {
  constexpr std::string_view kFile =
      "ARG GLOBAL=g\n"
      "FROM a AS base\n"
      "ENV ROOT=/root KIND=\"k d\"\n"
      "FROM base\n"
      "ARG GLOBAL\n"
      "ARG LOCAL=l\n"
      "ARG TARGETARCH\n"
      "ENV LOCAL=env\n"
      "RUN --mount=type=cache,target=${ROOT}/x,id=$GLOBAL-$LOCAL-$TARGETARCH-$KIND true\n";
  const BuildInputs inputs{{}, "", "linux/amd64", "linux/arm64", {}};
  CHECK(shown(kFile, inputs) == "g-env-arm64-k d at 9\n");
  CHECK(shown(kFile, {{{"GLOBAL", "given"}}, "", "", "", {}}) == "given-env--k d at 9\n");
  CHECK(shown("FROM a\nARG X\nARG X=1\nRUN --mount=type=cache,target=/$X true") == "/1 at 4\n");
}

TEST_CASE("cache mounts: arguments of a stage hold in those built FROM it, and nowhere else") {
  constexpr std::string_view kStages =
      "FROM a AS base\nARG X=1\n"
      "FROM base AS next\nARG Y=2\n"
      "FROM next\nRUN --mount=type=cache,target=/x,id=$X$Y true\n";
  CHECK(shown(kStages) == "12 at 6\n");
  CHECK(shown(kStages, {{{"X", "given"}}, "", "", "", {}}) == "given2 at 6\n");
  CHECK(shown("FROM a AS base\nARG X=1\nFROM a\n"
              "RUN --mount=type=cache,target=/x,id=i$X true\n") == "i unresolved at 4\n");
}

TEST_CASE("cache mounts: the namespace is a build argument") {
  CHECK(shown("FROM a\nRUN --mount=type=cache,target=/x true",
              {{{"BUILDKIT_CACHE_MOUNT_NS", "ns"}}, "", "", "", {}}) == "ns/x at 2\n");
}

TEST_CASE("cache mounts: what only the base image may know is unresolved") {
  CHECK(shown("FROM a\nRUN --mount=type=cache,target=$CARGO_HOME/registry true") ==
        "/registry unresolved at 2\n");
  CHECK(shown("FROM a\nRUN --mount=type=cache,target=${CARGO_HOME:-/c}/registry true") ==
        "/c/registry unresolved at 2\n");
  CHECK(shown("FROM a\nARG CARGO_HOME\n"
              "RUN --mount=type=cache,target=${CARGO_HOME:-/c}/registry true") ==
        "/c/registry at 3\n");
}

TEST_CASE("cache mounts: those of other stages, of ONBUILD and of here-documents are none") {
  CHECK(shown("FROM a AS other\nRUN --mount=type=cache,target=/no true\n"
              "FROM a\nONBUILD RUN --mount=type=cache,target=/no true\n"
              "RUN <<EOF\nRUN --mount=type=cache,target=/no true\nEOF\n") == "");
}

TEST_CASE("cache mounts: errors say where") {
  CHECK(shown("FROM a\n\nRUN --mount=type=cache true") ==
        "error at 3: a cache mount has no target");
  CHECK(shown("FROM a\nRUN --mount=type=cache,target=/x,uid=me true").find("error at 2: uid=me") ==
        0);
  CHECK(shown("FROM a\nRUN --mount=type=cache,target=/x,mode=0999 true").find("error at 2") == 0);
  CHECK(shown("FROM a\nRUN --mount=type=cache,target=${x true").find("error at 2") == 0);
}

TEST_CASE("cache mounts: variables that double are stopped") {
  std::string file = "FROM a\nENV A=0123456789\n";
  for (int i = 0; i < 40; ++i) {
    file += "ENV A=$A$A\n";
  }
  CHECK(shown(file).find("error at 16:") == 0);
  std::string many = "FROM a\nENV A0=" + std::string(100'000, 'x') + "\n";
  for (int i = 1; i < 40; ++i) {
    many += "ARG A" + std::to_string(i) + "=$A0\n";
  }
  CHECK(shown(many) == "error at 4: the variables of a stage take more than 256 KiB");
}

TEST_CASE("cache mounts: a variable that is set again costs once") {
  std::string file = "FROM a\n";
  for (int i = 0; i < 100; ++i) {
    file += "ENV A=" + std::string(5'000, 'x') + "\nARG B=$A\n";
  }
  CHECK(shown(file + "RUN --mount=type=cache,target=/x true") == "/x at 202\n");
}

TEST_CASE("cache mounts: more of anything than a build has") {
  const auto repeated = [](int times, std::string_view before, std::string_view after) {
    std::string text = "ARG G=" + std::string(100'000, 'x') + "\nFROM a\n";
    for (int i = 0; i < times; ++i) {
      text += before;
      text += std::to_string(i);
      text += after;
      text += '\n';
    }
    return shown(text);
  };
  CHECK(repeated(1000, "FROM a AS a", "") ==
        "error at 1002: the Dockerfile has more than 1000 stages");
  CHECK(repeated(20'000, "ENV A=", "") ==
        "error at 10001: the Dockerfile has more than 10000 instructions");
  CHECK(repeated(1001, "RUN --mount=type=cache,target=/", " true") ==
        "error at 1003: the build uses more than 1000 cache mounts");
  std::string global = "ARG G=" + std::string(100'000, 'x') + "\n";
  for (int i = 0; i < 9; ++i) {
    global += "ARG G" + std::to_string(i) + "=$G\n";
  }
  CHECK(shown(global + "FROM a") == "error at 3: the arguments before FROM take more than 256 KiB");
}
