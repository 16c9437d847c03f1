// Comma-separated values of buildx's flags. Pure.
#pragma once

#include <string>
#include <string_view>

namespace buildcache::docker {

// Returns one field of a comma-separated value as Go's encoding/csv reads it, which buildx uses.
std::string csv_field(std::string_view text);

}  // namespace buildcache::docker
