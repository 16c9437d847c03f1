// Names from outside, as reasons and notices show them.
#pragma once

#include "core/text.hpp"

#include <string>
#include <string_view>

namespace buildcache::plan {

// Returns `name` printable and at most 80 characters long.
inline std::string shown(std::string_view name) {
  return core::shortened(core::printable(name), 80);
}

}  // namespace buildcache::plan
