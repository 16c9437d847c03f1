// Logins in the text of docker's config.json, added and removed as docker login and docker logout
// do. Pure; all other keys are kept as they are.
#pragma once

#include "core/result.hpp"
#include "core/secret.hpp"

#include <string>
#include <string_view>

namespace buildcache::docker {

struct StoredLogin {
  std::string host;  // of image references
  std::string username;
  core::Secret password;
  core::Secret identity_token;  // instead of the password
};

// Errors of all: config (the text is not what docker writes), never with a part of it.

// Returns the text with the login in it. No credential helper answers for the host any more.
core::Result<std::string> with_login(std::string_view config, const StoredLogin& login);

// Returns the text with an entry for `host` that has no secret: a helper keeps it.
core::Result<std::string> with_helper_login(std::string_view config, const std::string& host);

struct WithoutLogin {
  std::string config;
  bool found = false;  // whether there was an entry for the host
};

// Returns the text without any entry for `host`, under whatever key.
core::Result<WithoutLogin> without_login(std::string_view config, const std::string& host);

}  // namespace buildcache::docker
