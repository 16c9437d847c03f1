// HTTP to one registry with the credentials it asks for, and to nobody else.
#pragma once

#include "core/result.hpp"
#include "registry/auth_challenge.hpp"
#include "registry/credentials.hpp"
#include "registry/deadline.hpp"
#include "registry/token_cache.hpp"
#include "sys/clock.hpp"
#include "sys/http.hpp"
#include "sys/url.hpp"

#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace buildcache::registry {

// Who is asked, and what for.
struct Access {
  std::string host;        // as in image references: whose credentials are used
  sys::Url registry;       // where its API is
  std::string repository;  // path
  std::string actions;     // "pull", "pull,push", "delete"

  [[nodiscard]] Purpose purpose() const { return {host, repository, actions}; }
};

// Answers 401 challenges with Basic or bearer tokens and remembers what a host asked for, so that
// later requests need no 401 first. Thread-safe.
class AuthorizedHttp {
 public:
  // All must outlive this object.
  AuthorizedHttp(sys::HttpTransport& http, const Credentials& credentials, sys::Clock& clock)
      : http_(&http), credentials_(&credentials), tokens_(clock) {}

  // Sends `request`, whose URL must be at the origin of `access.registry`. Redirects are returned,
  // not followed; a 401 is returned when credentials are missing or were refused. Errors: those of
  // the transport and of the token service (token_request.hpp).
  core::Result<sys::HttpResponse> send(sys::HttpRequest request,
                                       const Access& access,
                                       const Deadline& deadline);

 private:
  // How a host wants to be asked for one kind of access.
  struct Method {
    bool bearer = false;  // otherwise Basic
    sys::Url realm;
    std::string service;
    std::string scope;
    // Two such ways are the same when they have the same key.
    [[nodiscard]] std::string key() const;
  };

  struct Attempt {
    std::optional<Method> method;
    bool remembered = false;  // from an earlier request
    core::Secret authorization;
  };

  static std::string token_key(const Method& method, const Access& access);
  static std::string access_key(const Access& access);
  std::optional<Method> recall(const Access& access);
  void remember(const Access& access, const Method& method);
  core::Result<core::Secret> authorization(const Method& method,
                                           const Access& access,
                                           const sys::TlsOptions& tls,
                                           const Deadline& deadline);
  core::Result<std::optional<Method>> next_method(const sys::HttpResponse& response,
                                                  const Access& access,
                                                  const Attempt& refused);
  core::Result<std::optional<Method>> choose(const sys::HttpResponse& response,
                                             const Access& access);
  core::Result<sys::HttpResponse> exchange(const sys::HttpRequest& request,
                                           const core::Secret& authorization,
                                           const Deadline& deadline);

  sys::HttpTransport* http_;
  const Credentials* credentials_;
  TokenCache tokens_;
  std::mutex mutex_;
  std::map<std::string, Method> methods_;  // by host, repository and actions
};

}  // namespace buildcache::registry
