// Objects in Azure Blob Storage, below the prefix as BuildKit has it (buildkit,
// cache/remotecache/azblob): <account url>/<container>/[<prefix>/]manifests/<name>, blobs/<digest>.
#pragma once

#include "config/config.hpp"
#include "core/secret.hpp"
#include "store/objects.hpp"
#include "sys/clock.hpp"
#include "sys/environment.hpp"
#include "sys/http.hpp"

#include <chrono>
#include <memory>
#include <string>

namespace buildcache::store {

// Returns the account: the last name of the URL's path, as emulators have it, else the first label
// of the host.
std::string account_of(const config::Azblob& azblob);

// Returns the account's key, base64, from AZURE_STORAGE_KEY. Errors: unauthorized, with the remedy.
core::Result<core::Secret> azblob_key(const sys::Environment& environment);

// Adds date, version and the Authorization of the scheme SharedKey to a request.
// Errors: unauthorized (the key is no base64).
core::Result<void> sign_for_azure(sys::HttpRequest& request,
                                  const std::string& account,
                                  const core::Secret& key,
                                  std::chrono::system_clock::time_point now);

// All references must outlive it.
std::unique_ptr<Objects> azblob_objects(sys::HttpTransport& http,
                                        sys::Clock& clock,
                                        const sys::Environment& environment);

}  // namespace buildcache::store
