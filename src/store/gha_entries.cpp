#include "store/gha_entries.hpp"

#include "core/digest.hpp"
#include "core/text.hpp"
#include "registry/response_error.hpp"
#include "registry/url_rules.hpp"
#include "sys/url.hpp"

#include <nlohmann/json.hpp>

#include <charconv>
#include <utility>

namespace buildcache::store {

namespace {

using core::ErrorKind;
using core::Result;
using nlohmann::json;

constexpr std::string_view kService = "/twirp/github.actions.results.api.v1.CacheService/";
constexpr std::size_t kAnswerLimit = 64U << 10U;
constexpr int kMostTries = 5;  // to write: another build may have taken the next number

// go-actions-cache keeps its entries apart from other clients' by this instead of paths.
std::string version() {
  return core::sha256_hex("|go-actionscache-1.0");
}

std::string key_of(const std::string& series, const std::string& ref) {
  return series + core::sha256_hex(ref).substr(0, 8) + "#";
}

std::string text_in(const json& object, const char* key) {
  const auto found = object.is_object() ? object.find(key) : object.end();
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// The number an entry's key ends with; 0 when there is no entry yet.
unsigned long number_of(const std::string& key) {
  unsigned long number = 0;
  const char* digits = key.data() + key.rfind('#') + 1;
  std::from_chars(digits, key.data() + key.size(), number);
  return number;
}

bool is_ok(const json& answer) {
  const auto ok = answer.is_object() ? answer.find("ok") : answer.end();
  return ok != answer.end() && ok->is_boolean() && ok->get<bool>();
}

// Signed URLs are secrets that lead elsewhere: only to https, or to where the service itself is.
Result<std::string> signed_url(const json& answer, const char* key, const std::string& service) {
  std::string text = text_in(answer, key);
  const auto url = sys::parse_url(text);
  const auto own = sys::parse_url(service);
  const bool at_home = url && own && url->host == own->host && url->scheme == own->scheme;
  const bool outside = url && url->scheme == "https" && !registry::is_inward_host(url->host);
  if (!at_home && !outside) {
    return core::fail(ErrorKind::bad_response, "GitHub's cache service gave no usable URL");
  }
  return text;
}

sys::HttpRequest request_to(std::string method, std::string url, const registry::Limits& limits) {
  sys::HttpRequest request;
  request.method = std::move(method);
  request.url = std::move(url);
  request.timeout = limits.timeout;
  request.deadline = limits.timeout;
  request.stop = limits.stop;
  return request;
}

core::Error storage_error(const sys::HttpResponse& response, std::string_view doing) {
  return {sys::kind_of_status(response.status),
          std::string(doing) + ": the storage behind GitHub's cache service answered " +
              std::to_string(response.status),
          std::nullopt,
          {}};
}

}  // namespace

Result<GhaEntries::Entry> GhaEntries::find(const std::string& series,
                                           const registry::Limits& limits) const {
  return session_ ? find_of(session_->readable, series, limits) : tl::unexpected(session_.error());
}

Result<std::string> GhaEntries::fetch(const Entry& entry,
                                      std::size_t most,
                                      const registry::Limits& limits) const {
  sys::HttpRequest request = request_to("GET", entry.url, limits);
  request.max_body = most;
  auto response = http_->send(request);
  if (!response) {
    return tl::unexpected(response.error());
  }
  if (response->status != 200) {
    return tl::unexpected(storage_error(*response, "read a cache"));
  }
  return std::move(response->body);
}

Result<void> GhaEntries::append(const std::string& series,
                                std::string_view bytes,
                                const registry::Limits& limits) const {
  const auto newest =
      session_ ? find_of({session_->writable}, series, limits) : tl::unexpected(session_.error());
  if (!newest) {
    return tl::unexpected(newest.error());
  }
  const std::string key = key_of(series, session_->writable);
  Result<std::string> made = core::fail(ErrorKind::unavailable, "no number was free");
  unsigned long number = number_of(newest->key);
  std::string entry;
  for (int tries = 0; tries < kMostTries; ++tries) {
    entry = key + std::to_string(++number);
    made = call("CreateCacheEntry", json{{"key", entry}, {"version", version()}}.dump(), limits);
    if (made || made.error().kind != ErrorKind::bad_response) {  // 409: the number is taken
      break;
    }
  }
  const json answer = made ? json::parse(*made, nullptr, false) : json();
  const auto url =
      made ? signed_url(answer, "signed_upload_url", session_->url) : tl::unexpected(made.error());
  auto stored = url ? upload(*url, bytes, limits) : tl::unexpected(url.error());
  if (!stored) {
    return stored;
  }
  const json done{{"key", entry}, {"version", version()}, {"size_bytes", bytes.size()}};
  const auto finished = call("FinalizeCacheEntryUpload", done.dump(), limits);
  return finished ? Result<void>() : tl::unexpected(finished.error());
}

// The newest entry of the first of `refs` that has one.
Result<GhaEntries::Entry> GhaEntries::find_of(const std::vector<std::string>& refs,
                                              const std::string& series,
                                              const registry::Limits& limits) const {
  std::vector<std::string> keys;
  keys.reserve(refs.size());
  for (const std::string& ref : refs) {
    keys.push_back(key_of(series, ref));
  }
  if (keys.empty()) {
    return Entry{};
  }
  const json question{{"key", keys.front()}, {"restore_keys", keys}, {"version", version()}};
  const auto text = call("GetCacheEntryDownloadURL", question.dump(), limits);
  if (!text) {
    return tl::unexpected(text.error());
  }
  const json answer = json::parse(*text, nullptr, false);
  if (!answer.is_object()) {
    return core::fail(ErrorKind::bad_response, "GitHub's cache service did not answer in JSON");
  }
  Entry entry{text_in(answer, "matched_key"), {}};
  if (!is_ok(answer) || entry.key.empty()) {
    return Entry{};
  }
  auto url = signed_url(answer, "signed_download_url", session_->url);
  if (!url) {
    return tl::unexpected(url.error());
  }
  entry.url = *std::move(url);
  return entry;
}

// Returns the body of an answer with status 200.
Result<std::string> GhaEntries::call(std::string_view method,
                                     std::string body,
                                     const registry::Limits& limits) const {
  sys::HttpRequest request =
      request_to("POST", session_->url + std::string(kService) + std::string(method), limits);
  request.headers = {{"Authorization", "Bearer " + session_->token.reveal()},
                     {"Content-Type", "application/json"}};
  request.body = std::move(body);
  request.max_body = kAnswerLimit;
  request.repeatable = method == "GetCacheEntryDownloadURL";
  auto response = http_->send(request);
  if (!response) {
    return tl::unexpected(response.error());
  }
  if (response->status == 200) {
    return std::move(response->body);
  }
  const std::string doing =
      method == "GetCacheEntryDownloadURL" ? "look for a cache" : "write a cache";
  core::Error error = registry::response_error(*response, "GitHub's cache service", doing);
  return tl::unexpected(std::move(error));
}

Result<void> GhaEntries::upload(const std::string& url,
                                std::string_view bytes,
                                const registry::Limits& limits) const {
  sys::HttpRequest request = request_to("PUT", url, limits);
  request.headers = {{"x-ms-blob-type", "BlockBlob"}, {"Content-Type", "application/octet-stream"}};
  request.body = sys::Body::borrowed(bytes);
  const auto response = http_->send(request);
  if (!response) {
    return tl::unexpected(response.error());
  }
  return response->status == 201 ? Result<void>()
                                 : tl::unexpected(storage_error(*response, "write a cache"));
}

}  // namespace buildcache::store
