#include "aws/sts.hpp"

#include "aws/endpoints.hpp"
#include "core/text.hpp"

#include <fmt/format.h>

#include <chrono>
#include <string_view>

namespace buildcache::aws {

namespace {

constexpr std::chrono::seconds kTimeout{10};
constexpr std::size_t kMaxBody = 64U << 10U;
constexpr std::size_t kMaxWords = 400;

// RFC 3986: everything but unreserved characters.
std::string form_value(std::string_view text) {
  std::string encoded;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_' || c == '.' || c == '~';
    encoded += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return encoded;
}

// The documents are flat where they matter, and their values are plain: names and base64.
std::string element(std::string_view xml, const std::string& name) {
  const std::string open = "<" + name + ">";
  const std::size_t begin = xml.find(open);
  const std::size_t end = begin == std::string_view::npos ? begin : xml.find("</", begin);
  return end == std::string_view::npos
             ? std::string()
             : std::string(xml.substr(begin + open.size(), end - begin - open.size()));
}

std::string session_name(const Sources& sources) {
  const std::string name = sources.environment.get("AWS_ROLE_SESSION_NAME");
  return name.empty() ? "buildcache" : name;
}

core::Result<Keys> ask(const Sources& sources,
                       const std::string& form,
                       const std::string& region,
                       const Keys* signer) {
  const std::string where = region.empty() ? "us-east-1" : region;
  sys::HttpRequest request;
  request.method = "POST";
  request.url =
      endpoint_of(
          sources.environment, "STS", fmt::format("https://sts.{}.{}", where, domain_of(where))) +
      "/";
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
  request.body = form + "&Version=2011-06-15&RoleSessionName=" + form_value(session_name(sources));
  request.timeout = kTimeout;
  request.max_body = kMaxBody;
  request.repeatable = true;
  if (signer != nullptr) {
    request.sign = signer->signature(where, "sts");
  }
  const auto response = sources.http.send(request);
  if (!response) {
    return tl::unexpected(core::while_doing(response.error(), "ask STS for a role"));
  }
  if (response->status != 200) {
    const std::string code = element(response->body, "Code");
    const std::string words = code + ": " + element(response->body, "Message");
    return core::fail(
        core::ErrorKind::unauthorized,
        fmt::format(
            "STS gives no role ({}): {}",
            response->status,
            core::shortened(core::printable(code.empty() ? response->body : words), kMaxWords)),
        "see the role's trust policy, and for GitHub's OpenID Connect the job's "
        "`permissions: {id-token: write}`");
  }
  Keys keys{element(response->body, "AccessKeyId"),
            core::Secret(element(response->body, "SecretAccessKey")),
            core::Secret(element(response->body, "SessionToken")),
            ""};
  if (keys.access_key.empty() || keys.secret_key.empty()) {
    return core::fail(core::ErrorKind::bad_response, "STS answers without credentials");
  }
  return keys;
}

}  // namespace

core::Result<Keys> assume_role_with_web_identity(const Sources& sources,
                                                 const WebIdentity& identity) {
  auto keys = ask(sources,
                  "Action=AssumeRoleWithWebIdentity&RoleArn=" + form_value(identity.role) +
                      "&WebIdentityToken=" + form_value(identity.token.reveal()),
                  identity.region,
                  nullptr);
  if (keys) {
    keys->source = "a web identity";
  }
  return keys;
}

core::Result<Keys> assume_role(const Sources& sources,
                               const Keys& keys,
                               const std::string& role,
                               const std::string& region) {
  return ask(sources, "Action=AssumeRole&RoleArn=" + form_value(role), region, &keys);
}

}  // namespace buildcache::aws
