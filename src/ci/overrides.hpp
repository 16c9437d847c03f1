// What the command line says about the CI run, laid over what the platform says.
#pragma once

#include "ci/facts.hpp"
#include "ci/read_facts.hpp"
#include "core/result.hpp"

namespace buildcache::ci {

// Changes `facts`. What the platform forces read-only stays so, except that `fork` false takes back
// a fork. Errors: usage (an unknown event, a malformed id or number, flags that exclude each
// other).
core::Result<void> apply(const Overrides& overrides, Facts& facts);

}  // namespace buildcache::ci
