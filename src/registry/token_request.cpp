#include "registry/token_request.hpp"

#include "core/base64.hpp"
#include "registry/response_error.hpp"
#include "registry/url_rules.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace buildcache::registry {

namespace {

using core::ErrorKind;
using core::fail;
using core::Result;

constexpr std::size_t kTokenLimit = 64U << 10U;
constexpr std::string_view kClientId = "buildcache";
constexpr std::chrono::seconds kDefaultLifetime{60};  // of a token whose answer names none
constexpr std::chrono::seconds kLongestLifetime{24 * 60 * 60};

sys::HttpRequest get_request(const TokenRequest& request) {
  sys::HttpRequest http;
  sys::Url url = request.realm;
  if (!request.service.empty()) {
    add_query(url, "service", request.service);
  }
  if (!request.scope.empty()) {
    add_query(url, "scope", request.scope);
  }
  add_query(url, "client_id", kClientId);
  if (request.offline) {
    add_query(url, "offline_token", "true");
  }
  if (request.credential) {
    add_query(url, "account", request.credential->username);
    http.headers.emplace_back("Authorization", basic_authorization(*request.credential).reveal());
  }
  http.url = url.str();
  return http;
}

sys::HttpRequest refresh_request(const TokenRequest& request) {
  sys::HttpRequest http;
  http.method = "POST";
  http.url = request.realm.str();
  http.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
  http.body =
      "grant_type=refresh_token&service=" + sys::percent_encoded(request.service) +
      "&client_id=" + sys::percent_encoded(kClientId) +
      (request.scope.empty() ? std::string() : "&scope=" + sys::percent_encoded(request.scope)) +
      "&refresh_token=" + sys::percent_encoded(request.credential->identity_token.reveal());
  return http;
}

// What may stand in a header: visible ASCII.
bool is_sendable(const std::string& token) {
  return !token.empty() && std::ranges::all_of(token, [](char c) { return c > ' ' && c < '\x7f'; });
}

std::chrono::seconds lifetime_of(const nlohmann::json& answer) {
  const auto found = answer.find("expires_in");
  if (found == answer.end() || !found->is_number()) {
    return kDefaultLifetime;
  }
  const double seconds =
      std::clamp(found->get<double>(), 0.0, static_cast<double>(kLongestLifetime.count()));
  return std::chrono::seconds(static_cast<std::int64_t>(seconds));
}

// Empty when there is none that can be sent.
core::Secret token_of(const nlohmann::json& answer, const char* key) {
  const auto found = answer.find(key);
  const bool usable =
      found != answer.end() && found->is_string() && is_sendable(found->get<std::string>());
  return core::Secret(usable ? found->get<std::string>() : std::string());
}

Result<Token> read_token(const std::string& body, const std::string& host) {
  const auto answer = nlohmann::json::parse(body, nullptr, false);
  if (!answer.is_object()) {
    return fail(ErrorKind::bad_response, "the token service " + host + " sent no JSON object");
  }
  for (const char* key : {"token", "access_token"}) {
    if (auto token = token_of(answer, key); !token.empty()) {
      return Token{std::move(token), lifetime_of(answer), token_of(answer, "refresh_token")};
    }
  }
  return fail(ErrorKind::bad_response, "the token service " + host + " sent no usable token");
}

core::Error refusal(const sys::HttpResponse& response, const TokenRequest& request) {
  core::Error error =
      response_error(response,
                     request.realm.host,
                     "ask for a token" + (request.scope.empty() ? "" : " for " + request.scope));
  if (request.credential && response.status == 401) {
    error.hint = "check the credentials from " + request.credential->source;
  }
  return error;
}

}  // namespace

Result<std::optional<TokenService>> token_service(const sys::Url& registry,
                                                  const std::vector<Challenge>& challenges) {
  std::optional<core::Error> refusal;
  for (const Challenge& challenge : challenges) {
    if (challenge.scheme != "bearer") {
      continue;
    }
    auto realm = realm_url(registry, challenge.parameter("realm"));
    if (realm) {
      return TokenService{*std::move(realm), challenge};
    }
    refusal = refusal ? refusal : realm.error();
  }
  if (refusal) {
    return tl::unexpected(*std::move(refusal));
  }
  return std::nullopt;
}

core::Secret basic_authorization(const Credential& credential) {
  return core::Secret(
      "Basic " + core::base64_encoded(credential.username + ":" + credential.password.reveal()));
}

Result<Token> request_token(sys::HttpTransport& http,
                            const TokenRequest& request,
                            const Deadline& deadline) {
  const bool refresh = request.credential && !request.credential->identity_token.empty();
  sys::HttpRequest asking = refresh ? refresh_request(request) : get_request(request);
  asking.tls = request.tls;
  asking.headers.emplace_back("Accept", "application/json");
  asking.timeout = deadline.left();
  asking.deadline = asking.timeout;
  asking.stop = deadline.stop();
  asking.max_body = kTokenLimit;
  if (asking.timeout.count() == 0) {
    return fail(ErrorKind::timed_out, "no time was left to ask " + request.realm.host);
  }
  auto response = http.send(asking);
  if (!response) {
    return tl::unexpected(
        core::while_doing(response.error(), "ask " + request.realm.host + " for a token"));
  }
  if (response->status != 200) {
    return tl::unexpected(refusal(*response, request));
  }
  return read_token(response->body, request.realm.host);
}

}  // namespace buildcache::registry
