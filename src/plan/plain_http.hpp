// Registries that speak http: what BuildKit has to be told, and where only others can be. Pure.
#pragma once

#include "core/notice.hpp"
#include "plan/make_plan.hpp"

#include <string_view>
#include <vector>

namespace buildcache::plan {

// Whether the configuration says that `host` speaks http. BuildKit tries that by itself on loopback
// hosts alone.
bool needs_plain_http(const config::Config& config, std::string_view host);

// Whether the target's tags are all at such registries: BuildKit pushes all of them in one way.
bool pushes_plain_http(const config::Config& config, const Build& build);

// Returns notices about pushes of `target` that the builder will try over https, with the remedy.
std::vector<core::Notice> notices_of_plain_http(const config::Config& config,
                                                const TargetPlan& target,
                                                std::string_view driver);

}  // namespace buildcache::plan
