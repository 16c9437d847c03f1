#include "sys/environment.hpp"

namespace buildcache::sys {

std::string Environment::get(std::string_view name) const {
  const auto found = variables_.find(std::string(name));
  return found == variables_.end() ? std::string() : found->second;
}

bool Environment::has(std::string_view name) const {
  return variables_.contains(std::string(name));
}

}  // namespace buildcache::sys
