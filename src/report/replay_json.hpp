// What past builds would have found, for programs. Pure.
#pragma once

#include "plan/replayed.hpp"

#include <string>

namespace buildcache::report {

// Returns the document that docs/simulate.md describes.
std::string replay_json(const plan::Replayed& replayed);

}  // namespace buildcache::report
