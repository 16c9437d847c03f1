#include "store/azblob_objects.hpp"

#include "core/base64.hpp"
#include "core/digest.hpp"
#include "store/signed_objects.hpp"
#include "sys/url.hpp"

#include <fmt/chrono.h>

#include <algorithm>
#include <map>
#include <utility>

namespace buildcache::store {

namespace {

using core::ErrorKind;
using core::Result;

constexpr const char* kKeyVariable = "AZURE_STORAGE_KEY";
constexpr const char* kVersion = "2021-08-06";

std::string http_date(std::chrono::system_clock::time_point when) {
  return fmt::format("{:%a, %d %b %Y %H:%M:%S GMT}",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(when)));
}

std::string header_of(const sys::HttpRequest& request, std::string_view name) {
  const auto found = std::ranges::find(request.headers, name, &sys::Header::first);
  return found == request.headers.end() ? std::string() : found->second;
}

// What is signed (Azure Storage, "Authorize with Shared Key", version 2015-02-21 and later).
std::string text_to_sign(const sys::HttpRequest& request,
                         const std::string& account,
                         const std::string& path) {
  const std::string length = request.body.empty() ? "" : std::to_string(request.body.size());
  // Method, encoding, language, length, MD5, type, date, four conditions, range.
  std::string text = request.method + "\n\n\n" + length + "\n\n" +
                     header_of(request, "Content-Type") + "\n\n\n\n\n\n\n";
  std::map<std::string, std::string> own;
  for (const auto& [name, value] : request.headers) {
    if (name.starts_with("x-ms-")) {
      own[name] = value;
    }
  }
  for (const auto& [name, value] : own) {
    text.append(name).append(":").append(value).append("\n");
  }
  return text + "/" + account + path;
}

std::string url_of(const Location& location, const std::string& name) {
  const config::Azblob& place = location.azblob;
  const std::string folder = place.prefix.empty() ? "" : place.prefix + "/";
  return place.account_url + "/" + place.container + "/" + folder + name;
}

}  // namespace

std::string account_of(const config::Azblob& azblob) {
  const auto url = sys::parse_url(azblob.account_url);
  if (!url) {
    return {};
  }
  return url->path.size() > 1 ? url->path.substr(url->path.rfind('/') + 1)
                              : url->host.substr(0, url->host.find('.'));
}

Result<core::Secret> azblob_key(const sys::Environment& environment) {
  if (environment.get(kKeyVariable).empty()) {
    return core::fail(
        ErrorKind::unauthorized,
        std::string("Azure Blob Storage cannot be asked: ") + kKeyVariable + " is not set",
        "put a key of the storage account into it (docs/stores.md)");
  }
  return core::Secret(environment.get(kKeyVariable));
}

Result<void> sign_for_azure(sys::HttpRequest& request,
                            const std::string& account,
                            const core::Secret& key,
                            std::chrono::system_clock::time_point now) {
  const auto bytes = core::base64_decoded(key.reveal());
  const auto url = sys::parse_url(request.url);
  if (!bytes || bytes->empty() || !url) {
    return core::fail(ErrorKind::unauthorized,
                      std::string(kKeyVariable) + " holds no key of a storage account",
                      "it is base64, as the portal shows it");
  }
  request.headers.emplace_back("x-ms-date", http_date(now));
  request.headers.emplace_back("x-ms-version", kVersion);
  const std::string signature =
      core::base64_encoded(core::hmac_sha256(*bytes, text_to_sign(request, account, url->path)));
  request.headers.emplace_back("Authorization", "SharedKey " + account + ":" + signature);
  return {};
}

std::unique_ptr<Objects> azblob_objects(sys::HttpTransport& http,
                                        sys::Clock& clock,
                                        const sys::Environment& environment) {
  ObjectDialect dialect;
  dialect.service = "Azure Blob Storage";
  dialect.url = url_of;
  dialect.write_headers = {{"x-ms-blob-type", "BlockBlob"}};
  dialect.sign = [&clock, &environment](sys::HttpRequest& request, const Location& place) {
    const auto key = azblob_key(environment);
    return key ? sign_for_azure(request, account_of(place.azblob), *key, clock.now())
               : Result<void>(tl::unexpected(key.error()));
  };
  return std::make_unique<SignedObjects>(http, std::move(dialect));
}

}  // namespace buildcache::store
