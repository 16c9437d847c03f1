// What happened to a cache mount, in words. Pure.
#pragma once

#include "report/result.hpp"

#include <string>

namespace buildcache::report {

// "restored: 1,204 files, 312 MiB (88 MiB fetched) in 2.1 s"
std::string mount_words(const MountStep& step);

}  // namespace buildcache::report
