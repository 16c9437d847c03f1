// The libraries behind this module.
#pragma once

#include <map>
#include <string>

namespace buildcache::sys {

// Returns the versions of curl and of what it is linked with, by name: "curl" -> "8.14.1".
std::map<std::string, std::string> library_versions();

}  // namespace buildcache::sys
