// Where AWS's services listen. Pure, but for what the environment overrides.
#pragma once

#include "sys/environment.hpp"

#include <string>
#include <string_view>

namespace buildcache::aws {

// Returns the domain of a region's partition: "amazonaws.com", "amazonaws.com.cn", …
std::string_view domain_of(std::string_view region);

// Returns AWS_ENDPOINT_URL_<SERVICE>, else AWS_ENDPOINT_URL, else `usual`; without a final slash.
std::string endpoint_of(const sys::Environment& environment,
                        std::string_view service,
                        const std::string& usual);

}  // namespace buildcache::aws
