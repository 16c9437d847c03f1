#include "commands/version.hpp"

#include "core/version.hpp"
#include "git/library.hpp"
#include "report/version_json.hpp"
#include "sys/libraries.hpp"

#include <fmt/core.h>

#include <string>

namespace buildcache::commands {

namespace {

// Of a number such as fmt's own, 100102 for 10.1.2.
std::string dotted(int number) {
  return fmt::format("{}.{}.{}", number / 10000, number / 100 % 100, number % 100);
}

}  // namespace

void version(const Seams& seams, bool json) {
  if (!json) {
    seams.out("buildcache " + std::string(core::kVersion) + "\n");
    return;
  }
  auto libraries = sys::library_versions();
  libraries["libgit2"] = git::library_version();
  libraries["fmt"] = dotted(FMT_VERSION);
  libraries["yaml-cpp"] = core::kYamlCppVersion;
  seams.out(report::version_json(core::kVersion, libraries));
}

}  // namespace buildcache::commands
