// A name and a password, or a token that stands for both.
#pragma once

#include "core/secret.hpp"

#include <string>

namespace buildcache::registry {

struct Credential {
  std::string username;
  core::Secret password;
  core::Secret identity_token;  // instead of a password, where docker login stored one
  std::string source;           // for people: ".buildcache.yml", "/root/.docker/config.json"
};

}  // namespace buildcache::registry
