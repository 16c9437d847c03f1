// Which stores the builder at hand can work with. Pure.
#pragma once

#include "config/config.hpp"
#include "docker/capabilities.hpp"

#include <string>

namespace buildcache::plan {

bool can_import(config::StoreKind store, const docker::Capabilities& capabilities);
bool can_export(config::StoreKind store, const docker::Capabilities& capabilities);

// Returns what to do where one of the two is false.
std::string support_remedy(config::StoreKind store, const docker::Capabilities& capabilities);

}  // namespace buildcache::plan
