#include "cli/help.hpp"

#include "core/version.hpp"

namespace buildcache::cli {

std::string general_help() {
  return "buildcache " + std::string(core::kVersion) + R"( - fast container builds in CI

Usage: buildcache COMMAND [OPTION...]

Commands:
  plan      say which caches are looked for, found and chosen, and why
  run       build, push and publish caches as the plan says
  validate  check a configuration file
  schema    print the configuration's JSON Schema
  version   print the version

`buildcache COMMAND --help` tells a command's options. Documents go to standard output, everything
else to standard error.

Exit codes:
    0  success
    1  the build, or the push of an image, failed
    2  wrong command line
    3  wrong configuration
    4  git or CI facts missing or contradictory
    5  docker, buildx or the builder missing or unable
   70  internal error
  128+n  ended by signal n

The configuration is .buildcache.yml; without one, the directory's Dockerfile is built.
)";
}

}  // namespace buildcache::cli
