// What `version --json` prints. Pure.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace buildcache::report {

// Returns {"version": …, "libraries": {name: version}}; the JSON library adds its own. What is not
// known is left out.
std::string version_json(std::string_view version,
                         const std::map<std::string, std::string>& libraries);

}  // namespace buildcache::report
