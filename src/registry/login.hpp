// Checking a user's password with a registry, before it is stored.
#pragma once

#include "core/result.hpp"
#include "registry/credential.hpp"
#include "registry/deadline.hpp"
#include "sys/http.hpp"

#include <string>

namespace buildcache::registry {

struct LoginRequest {
  std::string host;  // of image references
  bool plain_http = false;
  Credential credential;  // user and password
  sys::TlsOptions tls;
};

struct Login {
  // What is worth storing: the identity token instead of the password, where the token service gave
  // one that works.
  Credential credential;
  bool checked = true;  // false: the registry lets everybody in, nobody looked at the password
};

// Asks /v2/ as the registry's challenge wants it: Basic, or a bearer token.
// Errors: unauthorized (refused, by the registry or its token service, in their own words; a
// challenge of an unknown kind), bad_response (no registry), unavailable, timed_out, cancelled.
core::Result<Login> check_login(sys::HttpTransport& http,
                                const LoginRequest& request,
                                const Deadline& deadline);

}  // namespace buildcache::registry
