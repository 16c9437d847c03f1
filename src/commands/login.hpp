// `buildcache login`: a checked login, stored where docker and buildx look.
#pragma once

#include "commands/options.hpp"
#include "commands/seams.hpp"
#include "core/result.hpp"

namespace buildcache::commands {

// Checks the login with the registry, then stores it in docker's config.json, or with the
// credential helper that it names for the host. Errors: usage (no password), config (config.json
// broken), unauthorized (refused, in the registry's words), unavailable, timed_out, bad_response,
// forbidden, internal, cancelled.
core::Result<void> login(const Seams& seams, const LoginOptions& options);

}  // namespace buildcache::commands
