// `buildcache logout`: what `login` stored is forgotten.
#pragma once

#include "commands/options.hpp"
#include "commands/seams.hpp"
#include "core/result.hpp"

namespace buildcache::commands {

// Removes the host from docker's config.json and from the credential helper named there for it. A
// host without a login is no error. Errors: config, unauthorized (the helper failed, in its own
// words), forbidden, internal.
core::Result<void> logout(const Seams& seams, const LogoutOptions& options);

}  // namespace buildcache::commands
