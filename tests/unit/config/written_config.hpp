// A Config as JSON text for golden files.
#pragma once

#include "config/config.hpp"

#include <string>

namespace buildcache::config {

// Returns every field; of passwords only whether there is one.
std::string written(const Config& config);

}  // namespace buildcache::config
