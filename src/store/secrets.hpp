// The environment variables in which cache services' secrets are handed over. They stay in buildx'
// environment, which reads them itself, and are kept out of everything shown.
#pragma once

#include <array>
#include <string_view>

namespace buildcache::store {

inline constexpr std::array<std::string_view, 5> kSecretVariables{
    "ACTIONS_RUNTIME_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AZURE_STORAGE_KEY"};

}  // namespace buildcache::store
