// The --mount flag of RUN.
#pragma once

#include "core/result.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace buildcache::dockerfile {

// Returns the fields of a comma-separated value as Go's encoding/csv reads them; nullopt when a
// quote is out of place.
std::optional<std::vector<std::string>> csv_fields(std::string_view text);

struct MountFlag {
  std::string type = "bind";
  std::map<std::string, std::string> options;  // lower case, one name for each meaning
  std::string unknown;                         // a variable in them that has no value; empty: none
};

// `value` stands behind "--mount=". Facts: moby/buildkit,
// frontend/dockerfile/instructions/commands_runmount.go. Values but that of `from` have their
// variables filled in. Errors: config.
core::Result<MountFlag> mount_flag(std::string_view value,
                                   const std::map<std::string, std::string>& variables,
                                   char escape);

}  // namespace buildcache::dockerfile
