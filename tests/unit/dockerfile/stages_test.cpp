#include "dockerfile/stages.hpp"

#include <doctest/doctest.h>

using namespace buildcache;
using namespace buildcache::dockerfile;

namespace {

std::string needed(std::string_view dockerfile, const BuildInputs& inputs) {
  const auto stages = stages_of(dockerfile, inputs);
  if (!stages) {
    return stages.error().message;
  }
  const auto numbers = needed_stages(*stages, inputs);
  if (!numbers) {
    return numbers.error().message + " " + numbers.error().hint;
  }
  std::string text;
  for (const std::size_t number : *numbers) {
    text += std::to_string(number) + " ";
  }
  return text;
}

constexpr std::string_view kFile =
    "ARG BASE=alpine\n"
    "FROM ${BASE} AS Deps\n"
    "FROM deps AS tools\n"
    "FROM scratch AS unused\n"
    "FROM debian AS build\n"
    "COPY --from=0 /x /x\n"
    "RUN --mount=type=bind,from=tools,target=/t true\n"
    "FROM scratch\n"
    "COPY --from=build /x /x\n";

}  // namespace

TEST_CASE("stages: what the target needs, through FROM, COPY and mounts") {
  CHECK(needed(kFile, {}) == "0 1 3 4 ");
  CHECK(needed(kFile, {{}, "TOOLS", "", "", {}}) == "0 1 ");
  CHECK(needed(kFile, {{}, "2", "", "", {}}) == "2 ");
}

TEST_CASE("stages: a named context goes before a stage") {
  CHECK(needed(kFile, {{}, "", "", "", {"build"}}) == "4 ");
  CHECK(needed(kFile, {{}, "tools", "", "", {"deps"}}) == "1 ");
}

TEST_CASE("stages: arguments before FROM, and platforms") {
  const auto stages = stages_of("ARG A=1\nARG B=${A}2\nFROM image:$B-${TARGETARCH}-$TARGETVARIANT",
                                {{{"A", "x"}}, "", "linux/amd64", "linux/arm64/v8", {}});
  REQUIRE(stages);
  CHECK(stages->stages[0].base == "image:x2-arm64-v8");
}

TEST_CASE("stages: errors say where") {
  CHECK(needed("RUN x", {}) == "the Dockerfile has no FROM");
  CHECK(needed(kFile, {{}, "tool", "", "", {}}) ==
        "the Dockerfile has no stage tool did you mean tools?");
  const auto stages = stages_of("FROM a\n\nFROM a b", {});
  REQUIRE_FALSE(stages);
  CHECK(stages.error().position.value_or(core::Position{}).line == 3);
}
