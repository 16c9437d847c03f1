// Logins to Amazon's registries (ECR and ECR Public).
#pragma once

#include "aws/keys.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace buildcache::aws {

struct EcrHost {
  std::string region;
  std::string api;  // URL that gives tokens
  bool is_public = false;
};

// Returns what a registry's host tells, in every partition, dual-stack and FIPS among them
// (amazon-ecr-credential-helper, ecr-login/api/client.go); nullopt for hosts that are not Amazon's.
std::optional<EcrHost> parse_ecr_host(std::string_view host);

struct EcrLogin {
  std::string username;  // "AWS"
  core::Secret password;
};

// Asks for an authorization token by a signed call (GetAuthorizationToken), valid for 12 hours.
// Errors: unauthorized with AWS's own words and the remedy; as sys::HttpTransport; bad_response.
core::Result<EcrLogin> log_in_to_ecr(const Sources& sources, const Keys& keys, const EcrHost& host);

}  // namespace buildcache::aws
