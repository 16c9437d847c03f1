// What `buildcache --help` prints.
#pragma once

#include <string>

namespace buildcache::cli {

std::string general_help();

}  // namespace buildcache::cli
