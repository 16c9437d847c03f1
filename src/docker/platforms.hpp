// What platforms a builder can run.
#pragma once

#include "sys/process.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace buildcache::docker {

// Returns the platforms in what `docker buildx inspect` prints, of all nodes, as they stand there
// without the mark of those that were chosen by hand ("linux/arm64*").
std::vector<std::string> platforms_in(std::string_view inspected);

// Asks buildx for the platforms of builder `name` (empty: its current one), emulated ones among
// them, which takes about 100 ms. Empty where buildx does not tell, as of builders that do not run.
std::vector<std::string> builder_platforms(sys::ProcessRunner& processes,
                                           const std::map<std::string, std::string>& environment,
                                           const std::string& name);

}  // namespace buildcache::docker
