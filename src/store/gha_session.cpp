#include "store/gha_session.hpp"

#include "core/base64.hpp"
#include "core/text.hpp"
#include "registry/url_rules.hpp"
#include "sys/url.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

namespace buildcache::store {

namespace {

using core::ErrorKind;
using core::Result;
using nlohmann::json;

constexpr std::size_t kMostScopes = 10;  // the service takes that many keys at once
constexpr int kRead = 1;
constexpr int kWrite = 2;

tl::unexpected<core::Error> unusable(std::string why, std::string remedy) {
  return core::fail(ErrorKind::unauthorized, std::move(why), std::move(remedy));
}

// What Go's strconv.ParseBool takes for true, which buildx uses.
bool is_true(std::string_view text) {
  constexpr std::array<std::string_view, 6> kTrue{"1", "t", "T", "true", "TRUE", "True"};
  return std::ranges::find(kTrue, text) != kTrue.end();
}

// The second of a JSON Web Token's three parts. Nobody needs its signature here: the service checks
// it.
std::optional<json> claims_of(const std::string& token) {
  const std::size_t first = token.find('.');
  const std::size_t second = first == std::string::npos ? first : token.find('.', first + 1);
  if (second == std::string::npos) {
    return std::nullopt;
  }
  std::string part = token.substr(first + 1, second - first - 1);
  std::ranges::replace(part, '-', '+');
  std::ranges::replace(part, '_', '/');
  const auto text = core::base64_decoded(part);
  json claims = text ? json::parse(*text, nullptr, false) : json();
  return claims.is_object() ? std::optional(std::move(claims)) : std::nullopt;
}

// Adds one grant of the claim `ac`; false when it is none.
bool add_scope(const json& scope, GhaSession& session) {
  const auto ref = scope.is_object() ? scope.find("Scope") : scope.end();
  const auto granted = scope.is_object() ? scope.find("Permission") : scope.end();
  if (ref == scope.end() || granted == scope.end() || !ref->is_string() ||
      !granted->is_number_unsigned()) {
    return false;
  }
  const auto permission = granted->get<unsigned>();
  if ((permission & kRead) != 0 && session.readable.size() < kMostScopes) {
    session.readable.push_back(ref->get<std::string>());
  }
  if ((permission & kWrite) != 0) {
    session.writable = ref->get<std::string>();
  }
  return true;
}

// Fills in what the claim `ac`, a JSON text of its own, grants; false when it cannot be read.
bool read_scopes(const json& claims, GhaSession& session) {
  const auto claim = claims.find("ac");
  const json scopes = claim != claims.end() && claim->is_string()
                          ? json::parse(claim->get_ref<const std::string&>(), nullptr, false)
                          : json();
  return scopes.is_array() && std::ranges::all_of(scopes, [&session](const json& scope) {
           return add_scope(scope, session);
         });
}

bool has_expired(const json& claims, std::chrono::system_clock::time_point now) {
  const auto expiry = claims.find("exp");
  return expiry != claims.end() && expiry->is_number() &&
         std::chrono::system_clock::time_point(std::chrono::seconds(expiry->get<std::int64_t>())) <=
             now;
}

// Says why the environment gives no access to a service of the second version; empty when it does.
std::string missing_variable(const sys::Environment& environment) {
  for (const char* name : {"ACTIONS_RUNTIME_TOKEN", "ACTIONS_RESULTS_URL"}) {
    if (environment.get(name).empty()) {
      return std::string(name) + " is not set";
    }
  }
  return {};
}

Result<void> check_environment(const sys::Environment& environment) {
  const std::string missing = missing_variable(environment);
  if (!missing.empty()) {
    return unusable("GitHub's cache service is out of reach: " + missing,
                    "`run` steps and composite actions are not given it: docs/stores.md shows the "
                    "step that hands it on; or use `store: registry`");
  }
  if (!is_true(environment.get("ACTIONS_CACHE_SERVICE_V2"))) {
    return unusable(
        "the second version of GitHub's cache service is not announced: "
        "ACTIONS_CACHE_SERVICE_V2 is not true",
        "hand it on with the token (docs/stores.md), or, on a server that does not have "
        "it, use `store: registry`");
  }
  const std::string mode = environment.get("ACTIONS_CACHE_MODE");
  if (mode == "none" || mode == "write-only") {
    return unusable(
        "GitHub lets this run read no caches (ACTIONS_CACHE_MODE=" + mode + ")",
        "BuildKit must read to import and to export: run it for a trusted event, or use "
        "`store: registry`");
  }
  return {};
}

Result<std::string> service_url(const sys::Environment& environment) {
  auto url = sys::parse_url(environment.get("ACTIONS_RESULTS_URL"));
  const bool safe = url && (url->scheme == "https" || registry::is_inward_host(url->host));
  if (!safe || !url->query.empty()) {
    return unusable("ACTIONS_RESULTS_URL is no https URL", "hand it on as the runner gave it");
  }
  std::string text = url->str();
  while (text.ends_with('/')) {
    text.pop_back();
  }
  return text;
}

}  // namespace

Result<GhaSession> read_gha_session(const sys::Environment& environment,
                                    std::chrono::system_clock::time_point now) {
  if (auto checked = check_environment(environment); !checked) {
    return tl::unexpected(checked.error());
  }
  auto url = service_url(environment);
  if (!url) {
    return tl::unexpected(url.error());
  }
  GhaSession session;
  session.url = *std::move(url);
  session.token = core::Secret(environment.get("ACTIONS_RUNTIME_TOKEN"));
  const auto claims = claims_of(session.token.reveal());
  if (!claims || !read_scopes(*claims, session)) {
    return unusable("ACTIONS_RUNTIME_TOKEN is no token of the cache service",
                    "hand it on as the runner gave it");
  }
  if (has_expired(*claims, now)) {
    return unusable("ACTIONS_RUNTIME_TOKEN has expired",
                    "it lives as long as the job it was given to");
  }
  return session;
}

}  // namespace buildcache::store
