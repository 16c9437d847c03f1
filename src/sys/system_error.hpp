// Operating system failures as Errors.
#pragma once

#include "core/error.hpp"

#include <string>

namespace buildcache::sys {

// Returns "<what>: <the system's words>" for an errno value; its kind is not_found (ENOENT,
// ENOTDIR), forbidden (EACCES, EPERM, EROFS) or internal.
core::Error system_error(const std::string& what, int error_number);

}  // namespace buildcache::sys
