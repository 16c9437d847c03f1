// What docker sees of our environment.
#pragma once

#include "config/config.hpp"
#include "sys/environment.hpp"

namespace buildcache::commands {

// Returns `ours` without what no child needs by default: registry passwords, which go into docker's
// configuration file, and build secrets, which are for the builds of their own targets alone.
sys::Environment child_environment(const sys::Environment& ours, const config::Config& config);

}  // namespace buildcache::commands
