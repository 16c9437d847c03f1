// Credentials that AWS hands to what runs there, over plain HTTP on local addresses.
#pragma once

#include "aws/keys.hpp"

#include <optional>
#include <string>

namespace buildcache::aws {

// AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or _FULL_URI (ECS, EKS pod identity, CodeBuild). nullopt,
// and `why`, where they are not set. A full URI over http must lead to a loopback address or to one
// of AWS's own (aws-sdk-go-v2, credentials/endpointcreds), or it is refused.
// Errors: unauthorized, as sys::HttpTransport and sys::Files, bad_response.
core::Result<std::optional<Keys>> from_container(const Sources& sources, std::string& why);

// The role of an EC2 instance, by IMDSv2. nullopt, and `why`, where nothing answers within a
// second, there is no role, or AWS_EC2_METADATA_DISABLED says not to ask.
core::Result<std::optional<Keys>> from_instance(const Sources& sources, std::string& why);

}  // namespace buildcache::aws
