// What a run needs of AWS: keys for the S3 store, logins for the registries it names.
#pragma once

#include "aws/keys.hpp"
#include "commands/options.hpp"
#include "commands/seams.hpp"
#include "config/config.hpp"
#include "core/error.hpp"

#include <optional>

namespace buildcache::commands {

struct AwsAccess {
  std::optional<aws::Keys> keys;
  std::optional<core::Error> trouble;  // why there are none although something needs them
};

// Finds keys if the store is in S3 or `config` names a registry of Amazon's without a password, and
// fills in the passwords of those registries; what keeps one from being filled in becomes a notice.
// Credentials of the environment go to no registry that the configuration does not name.
AwsAccess open_aws(const Seams& seams, Verbosity verbosity, config::Config& config);

}  // namespace buildcache::commands
