#include "registry/authorized_http.hpp"

#include "registry/token_request.hpp"
#include "registry/url_rules.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace buildcache::registry {

namespace {

using core::ErrorKind;
using core::fail;
using core::Result;

constexpr int kMostAnswers = 2;  // to 401: a token, then one of wider scope or a fresh one
constexpr std::string_view kBearer = "Bearer ";

// The registry knows best which actions it wants named, but only for the repository in question.
std::string scope_for(const Access& access, const Challenge& challenge) {
  const std::string own = "repository:" + access.repository + ":";
  const std::string asked = challenge.parameter("scope");
  const bool wider =
      access.actions == "delete" || challenge.parameter("error") == "insufficient_scope";
  const bool usable = asked.starts_with(own) && asked.find(' ') == std::string::npos;
  return wider && usable ? asked : own + access.actions;
}

// A hostile registry could echo what we sent, and its words are shown.
void redact(std::string& body, const std::string& authorization) {
  const std::string secret = authorization.substr(authorization.find(' ') + 1);
  for (std::size_t at = body.find(secret); !secret.empty() && at != std::string::npos;
       at = body.find(secret, at)) {
    body.replace(at, secret.size(), "***");
  }
}

}  // namespace

Result<sys::HttpResponse> AuthorizedHttp::send(sys::HttpRequest request,
                                               const Access& access,
                                               const Deadline& deadline) {
  request.max_redirects = 0;
  Attempt attempt{recall(access), true, core::Secret()};
  for (int answers = 0;; ++answers) {
    if (attempt.method) {
      auto authorized = authorization(*attempt.method, access, request.tls, deadline);
      if (!authorized) {
        return tl::unexpected(authorized.error());
      }
      attempt.authorization = *std::move(authorized);
    }
    auto response = exchange(request, attempt.authorization, deadline);
    if (!response || response->status != 401 || answers == kMostAnswers) {
      return response;
    }
    auto next = next_method(*response, access, attempt);
    if (!next) {
      return tl::unexpected(next.error());
    }
    if (!*next) {
      return response;
    }
    attempt = {*std::move(next), false, core::Secret()};
    remember(access, *attempt.method);
  }
}

// Returns nullopt when another attempt would not fare better.
Result<std::optional<AuthorizedHttp::Method>> AuthorizedHttp::next_method(
    const sys::HttpResponse& response, const Access& access, const Attempt& refused) {
  auto next = choose(response, access);
  const bool same = next && *next && refused.method && (*next)->key() == refused.method->key();
  if (!same) {
    return next;
  }
  // A remembered token may have expired early; one just fetched, or a password, will not improve.
  if (!refused.remembered || !refused.method->bearer) {
    return std::nullopt;
  }
  const core::Secret token(refused.authorization.reveal().substr(kBearer.size()));
  tokens_.forget(token_key(*refused.method, access), token);
  return next;
}

Result<sys::HttpResponse> AuthorizedHttp::exchange(const sys::HttpRequest& request,
                                                   const core::Secret& authorization,
                                                   const Deadline& deadline) {
  sys::HttpRequest sent = request;
  sent.timeout = deadline.left();
  sent.deadline = sent.timeout;
  sent.stop = deadline.stop();
  if (sent.timeout.count() == 0) {
    return fail(ErrorKind::timed_out, "no time was left to ask");
  }
  if (!authorization.empty()) {
    sent.headers.emplace_back("Authorization", authorization.reveal());
  }
  auto response = http_->send(sent);
  if (response && response->status >= 400 && !authorization.empty()) {
    redact(response->body, authorization.reveal());
  }
  return response;
}

// Returns nullopt when none of the challenges can be answered.
Result<std::optional<AuthorizedHttp::Method>> AuthorizedHttp::choose(
    const sys::HttpResponse& response, const Access& access) {
  const auto challenges = challenges_of(response);
  const auto service = token_service(access.registry, challenges);
  if (!service) {
    return tl::unexpected(service.error());
  }
  if (*service) {
    const Challenge& bearer = (*service)->challenge;
    return Method{true, (*service)->realm, bearer.parameter("service"), scope_for(access, bearer)};
  }
  const auto credential = credentials_->find(access.purpose());
  if (offers_basic(challenges) && credential && !credential->password.empty()) {
    return Method{};
  }
  return std::nullopt;
}

Result<core::Secret> AuthorizedHttp::authorization(const Method& method,
                                                   const Access& access,
                                                   const sys::TlsOptions& tls,
                                                   const Deadline& deadline) {
  const auto credential = credentials_->find(access.purpose());
  if (!method.bearer) {
    return credential ? basic_authorization(*credential) : core::Secret();
  }
  const bool same_host = method.realm.host == access.registry.host;
  const TokenRequest request{
      method.realm, method.service, method.scope, credential, same_host ? tls : sys::TlsOptions{}};
  auto token = tokens_.get(token_key(method, access), deadline, [&] {
    return request_token(*http_, request, deadline);
  });
  if (!token) {
    return tl::unexpected(token.error());
  }
  return core::Secret(std::string(kBearer) + token->reveal());
}

std::optional<AuthorizedHttp::Method> AuthorizedHttp::recall(const Access& access) {
  const std::lock_guard lock(mutex_);
  const auto found = methods_.find(access_key(access));
  return found == methods_.end() ? std::nullopt : std::optional(found->second);
}

void AuthorizedHttp::remember(const Access& access, const Method& method) {
  const std::lock_guard lock(mutex_);
  methods_.insert_or_assign(access_key(access), method);
}

// The credential is told by the host: there is one for each.
std::string AuthorizedHttp::token_key(const Method& method, const Access& access) {
  return access.host + '\n' + method.key();
}

std::string AuthorizedHttp::Method::key() const {
  return bearer ? realm.str() + '\n' + service + '\n' + scope : "basic";
}

std::string AuthorizedHttp::access_key(const Access& access) {
  return access.host + '\n' + access.repository + '\n' + access.actions;
}

}  // namespace buildcache::registry
