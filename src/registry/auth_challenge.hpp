// WWW-Authenticate header values: RFC 9110 section 11, read strictly and bounded. Pure.
#pragma once

#include "core/result.hpp"
#include "sys/http.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace buildcache::registry {

struct Challenge {
  std::string scheme;                             // lower case: "bearer", "basic"
  std::string token68;                            // instead of parameters; mostly empty
  std::map<std::string, std::string> parameters;  // names in lower case, values unescaped

  // Returns the parameter's value, empty when it is not there.
  [[nodiscard]] std::string parameter(const std::string& name) const;
};

// Returns the challenges of one header value in their order. Commas both part challenges and their
// parameters, and may stand in quoted values.
// Errors: bad_response (not by the grammar, a parameter twice, more than 8 KiB, 16 challenges or 32
// parameters each).
core::Result<std::vector<Challenge>> parse_challenges(std::string_view value);

// Returns the challenges of all WWW-Authenticate headers in their order; a broken header is passed
// over and hides no good one beside it.
std::vector<Challenge> challenges_of(const sys::HttpResponse& response);

// Whether user and password may be sent as they are.
bool offers_basic(const std::vector<Challenge>& challenges);

}  // namespace buildcache::registry
