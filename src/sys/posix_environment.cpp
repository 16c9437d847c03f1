#include "sys/posix_environment.hpp"

#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace buildcache::sys {

Environment read_environment(const char* const* envp) {
  std::map<std::string, std::string> variables;
  for (; envp != nullptr && *envp != nullptr; ++envp) {
    const std::string_view entry = *envp;
    const std::size_t equals = entry.find('=');
    if (equals != std::string_view::npos && equals > 0) {
      variables.emplace(entry.substr(0, equals), entry.substr(equals + 1));
    }
  }
  return Environment(std::move(variables));
}

}  // namespace buildcache::sys
