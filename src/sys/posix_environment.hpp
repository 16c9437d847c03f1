// Taking the process environment over into an Environment.
#pragma once

#include "sys/environment.hpp"

namespace buildcache::sys {

// Returns the variables of `envp`, a null-terminated array of "NAME=value" as main() gets it. Of
// repeated names the first counts, as for getenv; entries without a name are left out.
Environment read_environment(const char* const* envp);

}  // namespace buildcache::sys
