// GitHub's cache service as scripts of HTTP name it, for tests.
#pragma once

#include "store/gha_session.hpp"
#include "unit/store/gha_token.hpp"

#include <map>
#include <string>

namespace buildcache::store {

inline const std::string kGhaUrl = "https://results.example.com";
inline const std::string kGhaService =
    kGhaUrl + "/twirp/github.actions.results.api.v1.CacheService/";
inline const std::string kGhaFind = kGhaService + "GetCacheEntryDownloadURL";
inline const std::string kGhaCreate = kGhaService + "CreateCacheEntry";
inline const std::string kGhaFinish = kGhaService + "FinalizeCacheEntryUpload";
inline const std::string kGhaStored = "https://storage.example.net/blob?sig=s";

// Of a step with kMainToken.
inline core::Result<GhaSession> gha_session() {
  return read_gha_session(
      sys::Environment(std::map<std::string, std::string>{{"ACTIONS_RUNTIME_TOKEN", kMainToken},
                                                          {"ACTIONS_RESULTS_URL", kGhaUrl + "/"},
                                                          {"ACTIONS_CACHE_SERVICE_V2", "true"}}),
      {});
}

// The answer to a look-up that found `key`, whose bytes are at kGhaStored.
inline std::string gha_found(const std::string& key) {
  return R"({"ok":true,"signed_download_url":")" + kGhaStored + R"(","matched_key":")" + key +
         R"("})";
}

}  // namespace buildcache::store
