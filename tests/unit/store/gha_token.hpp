// Tokens as GitHub's runner gives them to steps, for tests; nobody signed them.
#pragma once

#include "core/base64.hpp"

#include <algorithm>
#include <string>

namespace buildcache::store {

inline std::string unpadded(const std::string& text) {
  std::string encoded = core::base64_encoded(text);
  std::ranges::replace(encoded, '+', '-');
  std::ranges::replace(encoded, '/', '_');
  encoded.resize(encoded.find_last_not_of('=') + 1);
  return encoded;
}

// `ac` is JSON inside a JSON string, quotes escaped.
inline std::string gha_token(const std::string& ac, long expiry = 4'000'000'000) {
  return unpadded(R"({"alg":"none"})") + "." +
         unpadded(R"({"ac":")" + ac + R"(","nbf":1,"exp":)" + std::to_string(expiry) + "}") + ".x";
}

inline const std::string kMainToken =
    gha_token(R"([{\"Scope\":\"refs/pull/7/merge\",\"Permission\":3},)"
              R"({\"Scope\":\"refs/heads/main\",\"Permission\":1}])");

}  // namespace buildcache::store
