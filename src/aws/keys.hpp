// What signs requests to AWS, from wherever AWS's own tools would find it.
#pragma once

#include "core/result.hpp"
#include "core/secret.hpp"
#include "sys/environment.hpp"
#include "sys/files.hpp"
#include "sys/http.hpp"

#include <string>

namespace buildcache::aws {

struct Keys {
  std::string access_key;
  core::Secret secret_key;
  core::Secret session_token;  // empty: long-lived keys
  std::string source;          // "the environment", "the profile ci", …; for people

  // Returns what signs requests to `service` ("s3", "ecr") of a region.
  [[nodiscard]] sys::AwsSignature signature(std::string region, std::string service) const;
};

// What finding keys works with; all must outlive the call.
struct Sources {
  const sys::Environment& environment;
  sys::Files& files;
  sys::HttpTransport& http;
};

// Asks, in the order of AWS's SDKs: the environment (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY),
// a web identity (AWS_ROLE_ARN, AWS_WEB_IDENTITY_TOKEN_FILE), the profile (AWS_PROFILE or
// "default" of ~/.aws/credentials and ~/.aws/config), a container's credentials
// (AWS_CONTAINER_CREDENTIALS_*), an instance's role (IMDSv2, at most two seconds). A source that is
// set up and fails ends the search: another's keys would be somebody else's.
// Errors: unauthorized, saying of every source why it did not answer; unavailable, timed_out.
core::Result<Keys> find_keys(const Sources& sources);

}  // namespace buildcache::aws
