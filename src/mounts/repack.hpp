// Which packs of the base are better left behind.
#pragma once

#include "mounts/index.hpp"

#include <cstddef>
#include <vector>

namespace buildcache::mounts {

// `kept` tells for each entry of the base whether its content is still in use. Returns for each
// pack whether what it holds of them should be read and packed anew: of packs that are less than
// half in use those with the least, and small packs once there are many; together at most a fifth
// of the bytes in use. Packs that nothing seems to use stay: whether that is so, reading the files
// will show.
std::vector<bool> packs_to_leave(const Index& base, const std::vector<bool>& kept);

}  // namespace buildcache::mounts
