#include "cli/help.hpp"

#include "cli/exit_code.hpp"
#include "core/version.hpp"

#include <fmt/format.h>

#include <string>

namespace buildcache::cli {

namespace {

std::string exit_codes() {
  std::string text = "Exit codes:\n";
  for (const ExitCodeRow& row : kExitCodes) {
    text += fmt::format("  {:>5}  {}\n", row.code, row.meaning);
  }
  return text;
}

}  // namespace

std::string general_help() {
  return "buildcache " + std::string(core::kVersion) + R"( - fast container builds in CI

Usage: buildcache COMMAND [OPTION...]

Commands:
  plan        say which caches are looked for, found and chosen, and why
  run         build, push and publish caches as the plan says
  mounts      list, restore, save, verify or clear cache mounts that outlive the builder
  login       check a registry login and store it where docker looks
  logout      forget a registry login
  simulate    say what past builds would have found under several fallback lists
  validate    check a configuration file
  schema      print the configuration's JSON Schema
  completion  print a shell's completion script
  version     print the version

`buildcache COMMAND --help` tells a command's options. Documents go to standard output, everything
else to standard error. The configuration is .buildcache.yml; without one, the directory's
Dockerfile is built.

)" + exit_codes();
}

std::string schema_help() {
  return R"(Prints the JSON Schema of .buildcache.yml to standard output.
Usage:
  buildcache schema

For editors and linters: buildcache schema > buildcache.schema.json
)";
}

}  // namespace buildcache::cli
