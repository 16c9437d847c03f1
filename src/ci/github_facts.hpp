// GitHub Actions' environment and event payload -> ci::Facts, in two steps, so that what the
// command line says can stand between them.
#pragma once

#include "ci/facts.hpp"
#include "core/result.hpp"
#include "sys/environment.hpp"

#include <string_view>

namespace buildcache::ci {

// Returns what the event says; `forces_read_only` is set only where the event as such demands it.
// Errors: facts (a variable or member is missing, of a wrong type, or too long; it is named).
core::Result<Facts> read_github_event(const sys::Environment& environment,
                                      std::string_view payload);

// Sets `forces_read_only` for changes of forks, and where GitHub's cache service takes no writes.
void limit_writes(Facts& facts, const sys::Environment& environment);

}  // namespace buildcache::ci
