// What past builds would have found, as a page. Pure.
#pragma once

#include "plan/replayed.hpp"
#include "report/document.hpp"

namespace buildcache::report {

// Returns a bar of the builds that found a cache for each list, and the numbers behind it; for the
// paths asked about a bar of the builds whose cache still had them as they are.
Document replay_document(const plan::Replayed& replayed);

}  // namespace buildcache::report
