// Looking up programs as the shell does.
#pragma once

#include "core/result.hpp"

#include <map>
#include <string>

namespace buildcache::sys {

// Returns the path of `name`: itself when it holds a '/', else the first executable file of that
// name in PATH of `environment`, where empty and relative entries are passed over. Errors:
// not_found, forbidden (there, but not executable).
core::Result<std::string> find_program(const std::string& name,
                                       const std::map<std::string, std::string>& environment);

}  // namespace buildcache::sys
