// Times as stamps have them.
#pragma once

#include <chrono>
#include <string>

namespace buildcache::commands {

// "2024-05-06T07:08:09Z"
std::string rfc3339(std::chrono::system_clock::time_point when);

}  // namespace buildcache::commands
