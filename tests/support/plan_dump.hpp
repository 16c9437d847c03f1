// A plan as JSON for comparing: one line per candidate, everything that decides something.
#pragma once

#include "plan/plan.hpp"

#include <string>

namespace buildcache::support {

std::string dump(const plan::Plan& plan);

}  // namespace buildcache::support
