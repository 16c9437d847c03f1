// A replayed history for people. Pure.
#pragma once

#include "plan/replayed.hpp"

#include <string>

namespace buildcache::report {

// Returns a table, one line a fallback list, below one line that says what was replayed. Names are
// shown printable and cut.
std::string replay_text(const plan::Replayed& replayed);

}  // namespace buildcache::report
