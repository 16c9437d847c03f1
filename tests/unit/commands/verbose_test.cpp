#include "commands/verbose.hpp"

#include <doctest/doctest.h>

namespace buildcache::commands {

TEST_CASE("shown command: build arguments keep their names alone") {
  CHECK(
      shown_command(
          {"docker", "--build-arg", "TOKEN=hunter2", "--label", "a=b c", "--build-arg", "PLAIN"}) ==
      "docker --build-arg 'TOKEN=***' --label 'a=b c' --build-arg PLAIN");
}

}  // namespace buildcache::commands
