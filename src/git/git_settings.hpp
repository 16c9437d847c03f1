// What the clone's own configuration says about reaching its remote.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace buildcache::git {

using Settings = std::vector<std::pair<std::string, std::string>>;  // key, value; keys may repeat

// Reads what `git config --list -z` prints. Keys come with section and name in lower case.
Settings parse_settings(std::string_view listed);

// Returns what another repository needs to fetch as this one does: credentials, headers, proxies,
// certificates, the ssh program, rewritten addresses. Nothing that runs on other occasions.
Settings remote_settings(const Settings& settings);

// Returns the address of remote "origin", else of the only remote; nullopt when there is none.
std::optional<std::string> remote_address(const Settings& settings);

}  // namespace buildcache::git
