// Asking a token service for a bearer token (docker/distribution token authentication).
#pragma once

#include "core/result.hpp"
#include "core/secret.hpp"
#include "registry/credential.hpp"
#include "registry/deadline.hpp"
#include "sys/http.hpp"
#include "sys/url.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace buildcache::registry {

struct TokenRequest {
  sys::Url realm;                        // checked by realm_url()
  std::string service;                   // may be empty
  std::string scope;                     // "repository:acme/cache:pull"; empty: none, for a login
  std::optional<Credential> credential;  // nullopt: anonymous
  sys::TlsOptions tls;
  bool offline = false;  // ask for an identity token, too; services may give none
};

struct Token {
  core::Secret value;
  std::chrono::seconds lifetime{60};
  core::Secret identity_token;  // empty: the service gave none
};

// Asks once: GET with Basic for a user and password or nobody, POST refresh_token for an identity
// token. Follows no redirect.
// Errors: unauthorized and forbidden (the service refused), unavailable, timed_out, cancelled,
// bad_response (no token in the answer, more than 64 KiB).
core::Result<Token> request_token(sys::HttpTransport& http,
                                  const TokenRequest& request,
                                  const Deadline& deadline);

// Returns the Authorization value for a user and password.
core::Secret basic_authorization(const Credential& credential);

}  // namespace buildcache::registry
