// What `buildcache --help` prints, and the help of commands that take no options.
#pragma once

#include <string>

namespace buildcache::cli {

std::string general_help();
std::string schema_help();

}  // namespace buildcache::cli
