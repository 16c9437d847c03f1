#include "sys/find_program.hpp"

#include "core/text.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <string_view>

namespace buildcache::sys {

namespace {

constexpr std::string_view kUsualPath =
    "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

bool is_file(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

}  // namespace

core::Result<std::string> find_program(const std::string& name,
                                       const std::map<std::string, std::string>& environment) {
  if (name.find('/') != std::string::npos) {
    return name;
  }
  const auto variable = environment.find("PATH");
  std::string_view path = variable == environment.end() ? kUsualPath : variable->second;
  bool seen = false;
  while (!path.empty() && !name.empty()) {
    const std::size_t colon = std::min(path.find(':'), path.size());
    const std::string candidate = std::string(path.substr(0, colon)) + "/" + name;
    path.remove_prefix(std::min(colon + 1, path.size()));
    if (!candidate.starts_with('/') || colon == 0 || !is_file(candidate)) {
      continue;
    }
    if (::access(candidate.c_str(), X_OK) == 0) {
      return candidate;
    }
    seen = true;
  }
  if (seen) {
    return core::fail(core::ErrorKind::forbidden,
                      core::printable(name) + " is in PATH but not executable");
  }
  return core::fail(core::ErrorKind::not_found, core::printable(name) + " is not in PATH");
}

}  // namespace buildcache::sys
