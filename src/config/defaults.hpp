// What holds where the configuration says nothing.
#pragma once

#include "config/config.hpp"
#include "sys/environment.hpp"

#include <string>

namespace buildcache::config {

// Returns the target that is built when none is named: called after the directory.
Target default_target(const std::string& directory);

// Chooses the store for the CI platform: in GitLab jobs with a registry that registry, logged in
// with the job's own token unless `registries` names the host; on GitHub its cache service, or with
// a notice, where the step has no token for it, the local store, as everywhere else.
void choose_store(Config& config, const sys::Environment& environment);

}  // namespace buildcache::config
