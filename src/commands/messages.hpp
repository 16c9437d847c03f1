// The lines commands print about themselves.
#pragma once

#include "core/error.hpp"
#include "core/notice.hpp"

#include <string>

namespace buildcache::commands {

// Returns "error: file:line:column: message\n  hint: …\n", printable.
std::string error_line(const core::Error& error);

// Returns "warning: message\n  remedy: …\n" (or "notice: …"), printable.
std::string notice_line(const core::Notice& notice);

}  // namespace buildcache::commands
