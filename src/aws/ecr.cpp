#include "aws/ecr.hpp"

#include "aws/endpoints.hpp"
#include "core/base64.hpp"
#include "core/text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <chrono>

namespace buildcache::aws {

namespace {

using nlohmann::json;

constexpr std::chrono::seconds kTimeout{10};
constexpr std::size_t kMaxBody = 64U << 10U;
constexpr std::size_t kMaxWords = 400;

// Domains of registries: as the API's, but for the dual-stack ones.
struct Domain {
  std::string_view registry;
  std::string_view api;
};
constexpr std::array<Domain, 9> kDomains{
    {{"amazonaws.com", "amazonaws.com"},
     {"amazonaws.com.cn", "amazonaws.com.cn"},
     {"on.aws", "api.aws"},
     {"on.amazonwebservices.com.cn", "api.amazonwebservices.com.cn"},
     {"sc2s.sgov.gov", "sc2s.sgov.gov"},
     {"c2s.ic.gov", "c2s.ic.gov"},
     {"cloud.adc-e.uk", "cloud.adc-e.uk"},
     {"csp.hci.ic.gov", "csp.hci.ic.gov"},
     {"amazonaws.eu", "amazonaws.eu"}}};

bool is_label(std::string_view text) {
  return !text.empty() && text.front() != '-' && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

// Takes what comes before `mark` off the front; empty when it is not there.
std::string_view take_until(std::string_view& text, std::string_view mark) {
  const std::size_t end = text.find(mark);
  if (end == std::string_view::npos) {
    return {};
  }
  const std::string_view taken = text.substr(0, end);
  text.remove_prefix(end + mark.size());
  return taken;
}

std::string api_of(std::string_view region, const Domain& domain, bool fips) {
  if (domain.registry != domain.api) {
    return fmt::format("https://ecr{}.{}.{}", fips ? "-fips" : "", region, domain.api);
  }
  return fips ? fmt::format("https://ecr-fips.{}.{}", region, domain.api)
              : fmt::format("https://api.ecr.{}.{}", region, domain.api);
}

std::string text_of(const json& object, const char* key) {
  const auto found = object.is_object() ? object.find(key) : object.end();
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::string hint_for(std::string_view code) {
  if (code.ends_with("AccessDeniedException")) {
    return "allow the identity ecr:GetAuthorizationToken (for ECR Public "
           "ecr-public:GetAuthorizationToken and sts:GetServiceBearerToken) on \"*\"";
  }
  if (code.ends_with("ExpiredTokenException")) {
    return "the session has ended: get new credentials, late enough in the job";
  }
  return "see whether these credentials are of the registry's partition, and the clock is right";
}

core::Error refusal(const sys::HttpResponse& response, const Keys& keys) {
  const json document = json::parse(response.body, nullptr, false);
  std::string code = text_of(document, "__type");
  code = code.substr(code.find('#') == std::string::npos ? 0 : code.find('#') + 1);
  std::string words = text_of(document, "message");
  words = words.empty() ? text_of(document, "Message") : words;
  return {core::ErrorKind::unauthorized,
          fmt::format(
              "ECR gives no login to the credentials of {} ({}): {}",
              keys.source,
              response.status,
              core::shortened(core::printable(code.empty() ? response.body : code + ": " + words),
                              kMaxWords)),
          std::nullopt,
          hint_for(code)};
}

core::Result<EcrLogin> login_in(const std::string& body) {
  const json document = json::parse(body, nullptr, false);
  const auto data = document.is_object() ? document.find("authorizationData") : document.end();
  if (data == document.end() || (data->is_array() && data->empty())) {
    return core::fail(core::ErrorKind::bad_response, "ECR answers without a token");
  }
  const json& one = data->is_array() ? data->front() : *data;
  const std::string plain =
      core::base64_decoded(text_of(one, "authorizationToken")).value_or(std::string());
  const std::size_t colon = plain.find(':');
  if (colon == std::string::npos || colon + 1 == plain.size()) {
    return core::fail(core::ErrorKind::bad_response, "ECR answers with a token that is none");
  }
  return EcrLogin{plain.substr(0, colon), core::Secret(plain.substr(colon + 1))};
}

}  // namespace

std::optional<EcrHost> parse_ecr_host(std::string_view host) {
  if (host == "public.ecr.aws") {
    return EcrHost{"us-east-1", "https://api.ecr-public.us-east-1.amazonaws.com", true};
  }
  std::string_view rest = host;
  const bool dual_stack = rest.find(".dkr-ecr") != std::string_view::npos;
  const std::string_view account = take_until(rest, dual_stack ? ".dkr-ecr" : ".dkr.ecr");
  const bool fips = rest.starts_with("-fips");
  rest.remove_prefix(fips ? 5 : 0);
  if (!is_label(account) || !rest.starts_with('.')) {
    return std::nullopt;
  }
  rest.remove_prefix(1);
  const std::string_view region = take_until(rest, ".");
  const auto* domain = std::ranges::find(kDomains, rest, &Domain::registry);
  if (!is_label(region) || domain == kDomains.end()) {
    return std::nullopt;
  }
  return EcrHost{std::string(region), api_of(region, *domain, fips), false};
}

core::Result<EcrLogin> log_in_to_ecr(const Sources& sources,
                                     const Keys& keys,
                                     const EcrHost& host) {
  sys::HttpRequest request;
  request.method = "POST";
  request.url =
      endpoint_of(sources.environment, host.is_public ? "ECR_PUBLIC" : "ECR", host.api) + "/";
  request.headers = {
      {"Content-Type", "application/x-amz-json-1.1"},
      {"X-Amz-Target",
       host.is_public ? "SpencerFrontendService.GetAuthorizationToken"
                      : "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken"}};
  request.body = "{}";
  request.sign = keys.signature(host.region, host.is_public ? "ecr-public" : "ecr");
  request.timeout = kTimeout;
  request.max_body = kMaxBody;
  request.repeatable = true;
  const auto response = sources.http.send(request);
  if (!response) {
    return tl::unexpected(core::while_doing(response.error(), "ask ECR for a login"));
  }
  if (response->status != 200) {
    return tl::unexpected(refusal(*response, keys));
  }
  return login_in(response->body);
}

}  // namespace buildcache::aws
