// Errors from registry answers, in the registry's own words. Pure.
#pragma once

#include "core/error.hpp"
#include "sys/http.hpp"

#include <string>
#include <string_view>

namespace buildcache::registry {

// Returns "CODE: message" of the body's first error, or what else the body says about itself;
// printable, at most 200 characters; empty when the body is not JSON or says nothing.
std::string own_words(const sys::HttpResponse& response);

// Whether the body's errors hold `code`.
bool has_error_code(const sys::HttpResponse& response, std::string_view code);

// Returns "<doing>: <host> answered 403: DENIED: …".
core::Error response_error(const sys::HttpResponse& response,
                           std::string_view host,
                           std::string_view doing);

}  // namespace buildcache::registry
