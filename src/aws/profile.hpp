// AWS's shared files: ~/.aws/credentials and ~/.aws/config.
#pragma once

#include "aws/keys.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace buildcache::aws {

using Settings = std::map<std::string, std::string>;

// Reads one file: settings by profile. In the config file profiles but "default" are called
// "profile NAME". Lines it cannot read, and those of nested settings, are passed over, as AWS's
// tools do.
std::map<std::string, Settings> parse_profiles(std::string_view text);

// The profile AWS_PROFILE names, or "default": static keys, a web identity, or a role assumed with
// another source's keys. nullopt, and `why`, where there is none, or it tells no credentials.
// Errors: unauthorized (the profile that AWS_PROFILE names is not there, or takes what is not
// supported, with the remedy); as STS.
core::Result<std::optional<Keys>> from_profile(const Sources& sources, std::string& why);

// Returns AWS_REGION, AWS_DEFAULT_REGION or the profile's; empty when none is set.
std::string region_of(const Sources& sources);

}  // namespace buildcache::aws
