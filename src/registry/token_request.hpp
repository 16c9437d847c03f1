// Asking a token service for a bearer token (docker/distribution token authentication).
#pragma once

#include "core/result.hpp"
#include "core/secret.hpp"
#include "registry/auth_challenge.hpp"
#include "registry/credential.hpp"
#include "registry/deadline.hpp"
#include "sys/http.hpp"
#include "sys/url.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace buildcache::registry {

// Whom a registry sends to for tokens.
struct TokenService {
  sys::Url realm;  // checked by realm_url()
  Challenge challenge;
};

// Returns the first token service of the challenges that may be asked; nullopt when there is no
// Bearer challenge. Errors: unauthorized (there are such, and none may be asked: why the first may
// not).
core::Result<std::optional<TokenService>> token_service(const sys::Url& registry,
                                                        const std::vector<Challenge>& challenges);

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
