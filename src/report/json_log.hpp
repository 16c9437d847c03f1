// The log as JSON, one object a line. Pure.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace buildcache::report {

// Returns the lines of `text` as objects: `time` (RFC 3339, UTC, milliseconds), `level` (error,
// warning, notice, info), `message`, and `hint` or `remedy` where the text tells them below an
// error or warning. Empty lines are left out. Lines that are the CI platform's own commands
// (GitHub's "::name::", GitLab's sections) stay as they are: the platform takes them from there.
std::string json_log(std::string_view text, std::chrono::system_clock::time_point now);

}  // namespace buildcache::report
