// Roles: AWS's Security Token Service (API version 2011-06-15).
#pragma once

#include "aws/keys.hpp"

#include <string>

namespace buildcache::aws {

struct WebIdentity {
  std::string role;
  core::Secret token;  // of an OpenID Connect provider
  std::string region;  // empty: us-east-1's endpoint
};

// Errors: unauthorized with AWS's own words; as sys::HttpTransport; bad_response.
core::Result<Keys> assume_role_with_web_identity(const Sources& sources,
                                                 const WebIdentity& identity);

// Likewise, with another's keys.
core::Result<Keys> assume_role(const Sources& sources,
                               const Keys& keys,
                               const std::string& role,
                               const std::string& region);

}  // namespace buildcache::aws
