#include "registry/login.hpp"

#include "core/text.hpp"
#include "registry/auth_challenge.hpp"
#include "registry/http_client.hpp"
#include "registry/response_error.hpp"
#include "registry/token_request.hpp"
#include "registry/url_rules.hpp"

#include <utility>
#include <vector>

namespace buildcache::registry {

namespace {

using core::ErrorKind;
using core::fail;
using core::Result;

constexpr std::size_t kAnswerLimit = 64U << 10U;

// One login, asking for one deadline.
class Check {
 public:
  Check(sys::HttpTransport& http, const LoginRequest& request, const Deadline& deadline)
      : http_(http),
        request_(request),
        deadline_(deadline),
        registry_(api_url(request.host, request.plain_http)) {}

  Result<Login> run() {
    const auto open = ping(core::Secret());
    if (!open) {
      return tl::unexpected(open.error());
    }
    if (open->status == 200) {
      return Login{request_.credential, false};
    }
    if (open->status != 401) {
      return tl::unexpected(refusal(*open));
    }
    const auto challenges = challenges_of(*open);
    const auto service = token_service(registry_, challenges);
    if (!service) {
      return tl::unexpected(service.error());
    }
    if (*service) {
      return by_token(**service);
    }
    if (offers_basic(challenges)) {
      return confirmed(basic_authorization(request_.credential), request_.credential);
    }
    return fail(ErrorKind::unauthorized,
                request_.host + " asks for a login that is neither Basic nor Bearer");
  }

 private:
  Result<sys::HttpResponse> ping(const core::Secret& authorization) {
    sys::HttpRequest asking;
    asking.url = registry_.scheme + "://" + registry_.host_and_port() + "/v2/";
    asking.max_body = kAnswerLimit;
    asking.tls = request_.tls;
    asking.timeout = deadline_.left();
    asking.deadline = asking.timeout;
    asking.stop = deadline_.stop();
    if (!authorization.empty()) {
      asking.headers.emplace_back("Authorization", authorization.reveal());
    }
    if (asking.timeout.count() == 0) {
      return fail(ErrorKind::timed_out, "no time was left to ask " + request_.host);
    }
    auto response = http_.send(asking);
    return response
               ? response
               : tl::unexpected(core::while_doing(response.error(), "log in to " + request_.host));
  }

  // A registry's 403 and a token service's 404 mean the same to who logs in.
  [[nodiscard]] core::Error refusal(const sys::HttpResponse& response) const {
    core::Error error = response_error(response, request_.host, "log in to " + request_.host);
    if (error.kind == ErrorKind::forbidden) {
      error.kind = ErrorKind::unauthorized;
    }
    if (error.kind == ErrorKind::not_found) {
      error.kind = ErrorKind::bad_response;
      error.hint = "there is no container registry at " + registry_.origin();
    }
    return error;
  }

  Result<Login> confirmed(const core::Secret& authorization, Credential credential) {
    const auto response = ping(authorization);
    if (!response) {
      return tl::unexpected(response.error());
    }
    if (response->status != 200) {
      return tl::unexpected(refusal(*response));
    }
    return Login{std::move(credential), true};
  }

  Result<Login> by_token(const TokenService& service) {
    TokenRequest asking;
    asking.realm = service.realm;
    asking.service = service.challenge.parameter("service");
    asking.credential = request_.credential;
    asking.tls = asking.realm.host == registry_.host ? request_.tls : sys::TlsOptions{};
    asking.offline = true;
    const auto token = request_token(http_, asking, deadline_);
    if (!token) {
      return tl::unexpected(as_refusal(token.error()));
    }
    return confirmed(core::Secret("Bearer " + token->value.reveal()),
                     worth_storing(asking, token->identity_token));
  }

  static core::Error as_refusal(core::Error error) {
    const bool refused = error.kind == ErrorKind::forbidden || error.kind == ErrorKind::not_found;
    error.kind = refused ? ErrorKind::unauthorized : error.kind;
    return error;
  }

  // Some services give identity tokens that they do not take back.
  Credential worth_storing(TokenRequest asking, const core::Secret& identity_token) {
    if (identity_token.empty()) {
      return request_.credential;
    }
    asking.credential->password = core::Secret();
    asking.credential->identity_token = identity_token;
    asking.offline = false;
    return request_token(http_, asking, deadline_) ? *asking.credential : request_.credential;
  }

  sys::HttpTransport& http_;
  const LoginRequest& request_;
  const Deadline& deadline_;
  sys::Url registry_;
};

}  // namespace

core::Result<Login> check_login(sys::HttpTransport& http,
                                const LoginRequest& request,
                                const Deadline& deadline) {
  return Check(http, request, deadline).run();
}

}  // namespace buildcache::registry
