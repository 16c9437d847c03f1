// How long a server asks to be left alone.
#pragma once

#include "sys/http.hpp"

#include <chrono>
#include <optional>
#include <string_view>

namespace buildcache::sys {

// Returns the pause that `response` asks for, nullopt when it asks for none: from Retry-After, in
// seconds or as an RFC 9110 date relative to `now`, else from a duration as Go prints it behind
// "retry-after:" in the body of a 429. A date in the past is no pause; huge values are a day.
std::optional<std::chrono::milliseconds> asked_pause(const HttpResponse& response,
                                                     std::chrono::system_clock::time_point now);

}  // namespace buildcache::sys
