#include "aws/metadata.hpp"

#include "core/text.hpp"
#include "sys/url.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <chrono>

namespace buildcache::aws {

namespace {

using nlohmann::json;

constexpr std::chrono::seconds kContainerTimeout{5};
constexpr std::chrono::seconds kInstanceTimeout{1};
constexpr std::size_t kMaxBody = 64U << 10U;
constexpr std::size_t kTokenLimit = 64U << 10U;
constexpr const char* kContainerAddress = "http://169.254.170.2";
constexpr const char* kInstanceAddress = "http://169.254.169.254";

std::string text_of(const json& object, const char* key) {
  const auto found = object.is_object() ? object.find(key) : object.end();
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

core::Result<Keys> keys_in(const std::string& body, const std::string& source) {
  const json document = json::parse(body, nullptr, false);
  Keys keys{text_of(document, "AccessKeyId"),
            core::Secret(text_of(document, "SecretAccessKey")),
            core::Secret(text_of(document, "Token")),
            source};
  if (keys.access_key.empty() || keys.secret_key.empty()) {
    const std::string words = text_of(document, "Message");
    return core::fail(core::ErrorKind::bad_response,
                      source + " answers without credentials" + (words.empty() ? "" : ": ") +
                          core::shortened(core::printable(words), 200));
  }
  return keys;
}

bool is_local(const sys::Url& url) {
  constexpr std::array<std::string_view, 6> kHosts{
      "localhost", "127.0.0.1", "[::1]", "169.254.170.2", "169.254.170.23", "[fd00:ec2::23]"};
  return url.scheme == "https" || std::ranges::find(kHosts, url.host) != kHosts.end();
}

core::Result<std::string> container_url(const Sources& sources) {
  const std::string relative = sources.environment.get("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
  const std::string full = sources.environment.get("AWS_CONTAINER_CREDENTIALS_FULL_URI");
  const std::string text = relative.empty() ? full : kContainerAddress + relative;
  const auto url = sys::parse_url(text);
  if (!url || !is_local(*url)) {
    return core::fail(
        core::ErrorKind::unauthorized,
        "AWS_CONTAINER_CREDENTIALS_FULL_URI leads to no address of this machine or of "
        "AWS",
        "http is for loopback, 169.254.170.2, 169.254.170.23 and [fd00:ec2::23] alone");
  }
  return text;
}

core::Result<std::string> container_token(const Sources& sources) {
  const std::string file = sources.environment.get("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
  if (file.empty()) {
    return sources.environment.get("AWS_CONTAINER_AUTHORIZATION_TOKEN");
  }
  auto token = sources.files.read(file, kTokenLimit);
  if (token) {
    token->resize(token->find_last_not_of(" \r\n") + 1);
  }
  return token;
}

sys::HttpRequest request_of(const std::string& url, std::chrono::milliseconds timeout) {
  sys::HttpRequest request;
  request.url = url;
  request.timeout = timeout;
  request.connect_timeout = timeout;
  request.deadline = timeout;
  request.max_body = kMaxBody;
  return request;
}

// What the instance's service says under `path`; empty when it says nothing.
std::string ask_instance(const Sources& sources, const std::string& url, const std::string& token) {
  sys::HttpRequest request = request_of(url, kInstanceTimeout);
  request.headers = {{"X-aws-ec2-metadata-token", token}};
  const auto response = sources.http.send(request);
  return response && response->status == 200 ? response->body : std::string();
}

}  // namespace

core::Result<std::optional<Keys>> from_container(const Sources& sources, std::string& why) {
  if (sources.environment.get("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI").empty() &&
      sources.environment.get("AWS_CONTAINER_CREDENTIALS_FULL_URI").empty()) {
    why = "AWS_CONTAINER_CREDENTIALS_FULL_URI is not set";
    return std::nullopt;
  }
  const auto url = container_url(sources);
  const auto token = container_token(sources);
  if (!url || !token) {
    return tl::unexpected(url ? token.error() : url.error());
  }
  sys::HttpRequest request = request_of(*url, kContainerTimeout);
  if (!token->empty()) {
    request.headers = {{"Authorization", *token}};
  }
  const auto response = sources.http.send(request);
  if (!response) {
    return tl::unexpected(response.error());
  }
  if (response->status != 200) {
    return core::fail(core::ErrorKind::unauthorized,
                      "the container's credentials answer " + std::to_string(response->status));
  }
  auto keys = keys_in(response->body, "the container");
  return keys ? core::Result<std::optional<Keys>>(*std::move(keys)) : tl::unexpected(keys.error());
}

core::Result<std::optional<Keys>> from_instance(const Sources& sources, std::string& why) {
  if (sources.environment.get("AWS_EC2_METADATA_DISABLED") == "true") {
    why = "AWS_EC2_METADATA_DISABLED says not to ask";
    return std::nullopt;
  }
  std::string base = sources.environment.get("AWS_EC2_METADATA_SERVICE_ENDPOINT");
  base = base.empty() ? kInstanceAddress : base;
  while (base.ends_with('/')) {
    base.pop_back();
  }
  sys::HttpRequest request = request_of(base + "/latest/api/token", kInstanceTimeout);
  request.method = "PUT";
  request.headers = {{"X-aws-ec2-metadata-token-ttl-seconds", "300"}};
  const auto token = sources.http.send(request);
  if (!token || token->status != 200) {
    why = "no metadata service answers";
    return std::nullopt;
  }
  const std::string folder = base + "/latest/meta-data/iam/security-credentials/";
  const std::string roles = ask_instance(sources, folder, token->body);
  const std::string role = roles.substr(0, roles.find('\n'));
  if (role.empty() || role.find_first_of("/?# ") != std::string::npos) {
    why = "the instance has no role";
    return std::nullopt;
  }
  auto keys = keys_in(ask_instance(sources, folder + role, token->body), "the instance's role");
  return keys ? core::Result<std::optional<Keys>>(*std::move(keys)) : tl::unexpected(keys.error());
}

}  // namespace buildcache::aws
