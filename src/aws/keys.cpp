#include "aws/keys.hpp"

#include "aws/metadata.hpp"
#include "aws/profile.hpp"
#include "aws/sts.hpp"

#include <array>
#include <optional>
#include <utility>

namespace buildcache::aws {

namespace {

using Answer = core::Result<std::optional<Keys>>;

constexpr std::size_t kTokenLimit = 64U << 10U;

Answer from_environment(const Sources& sources, std::string& why) {
  const std::string access_key = sources.environment.get("AWS_ACCESS_KEY_ID");
  const std::string secret_key = sources.environment.get("AWS_SECRET_ACCESS_KEY");
  if (access_key.empty() || secret_key.empty()) {
    why = std::string(access_key.empty() ? "AWS_ACCESS_KEY_ID" : "AWS_SECRET_ACCESS_KEY") +
          " is not set";
    return std::nullopt;
  }
  return Keys{access_key,
              core::Secret(secret_key),
              core::Secret(sources.environment.get("AWS_SESSION_TOKEN")),
              "the environment"};
}

Answer from_web_identity(const Sources& sources, std::string& why) {
  const std::string role = sources.environment.get("AWS_ROLE_ARN");
  const std::string file = sources.environment.get("AWS_WEB_IDENTITY_TOKEN_FILE");
  if (role.empty() || file.empty()) {
    why =
        std::string(role.empty() ? "AWS_ROLE_ARN" : "AWS_WEB_IDENTITY_TOKEN_FILE") + " is not set";
    return std::nullopt;
  }
  const auto token = sources.files.read(file, kTokenLimit);
  if (!token) {
    return tl::unexpected(core::while_doing(token.error(), "read AWS_WEB_IDENTITY_TOKEN_FILE"));
  }
  return assume_role_with_web_identity(sources, {role, core::Secret(*token), region_of(sources)});
}

struct Source {
  const char* name;
  Answer (*ask)(const Sources& sources, std::string& why);
};

constexpr std::array<Source, 5> kSources{{{"environment", from_environment},
                                          {"web identity", from_web_identity},
                                          {"profile", from_profile},
                                          {"container", from_container},
                                          {"instance", from_instance}}};

}  // namespace

sys::AwsSignature Keys::signature(std::string region, std::string service) const {
  return {access_key, secret_key, session_token, std::move(region), std::move(service)};
}

core::Result<Keys> find_keys(const Sources& sources) {
  std::string trace;
  for (const Source& source : kSources) {
    std::string why;
    auto answer = source.ask(sources, why);
    if (!answer) {
      return tl::unexpected(
          core::while_doing(answer.error(), std::string("AWS credentials (") + source.name + ")"));
    }
    if (*answer) {
      return **std::move(answer);
    }
    trace += (trace.empty() ? "" : "; ") + std::string(source.name) + ": " + why;
  }
  return core::fail(
      core::ErrorKind::unauthorized,
      "no AWS credentials: " + trace,
      "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or let "
      "aws-actions/configure-aws-credentials do so; docs/credentials.md has the others");
}

}  // namespace buildcache::aws
