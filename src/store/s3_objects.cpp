#include "store/s3_objects.hpp"

#include "sys/url.hpp"

#include <string>
#include <utility>

namespace buildcache::store {

namespace {

using core::ErrorKind;
using core::Result;

std::string endpoint_of(const config::S3& s3) {
  if (!s3.endpoint.empty()) {
    return s3.endpoint;
  }
  const bool china = s3.region.starts_with("cn-");
  return "https://s3." + s3.region + (china ? ".amazonaws.com.cn" : ".amazonaws.com");
}

std::string url_of(const CacheRef& ref) {
  const config::S3& s3 = ref.location.s3;
  const std::string endpoint = endpoint_of(s3);
  const std::string folder = s3.prefix.empty() ? "" : s3.prefix + "/";
  const std::string object = folder + "manifests/" + ref.tag;
  if (s3.path_style) {
    return endpoint + "/" + s3.bucket + "/" + object;
  }
  const std::size_t host = endpoint.find("://") + 3;
  return endpoint.substr(0, host) + s3.bucket + "." + endpoint.substr(host) + "/" + object;
}

}  // namespace

Result<sys::AwsSignature> s3_signature(const sys::Environment& environment,
                                       const std::string& region) {
  sys::AwsSignature sign;
  sign.access_key = environment.get("AWS_ACCESS_KEY_ID");
  sign.secret_key = core::Secret(environment.get("AWS_SECRET_ACCESS_KEY"));
  sign.session_token = core::Secret(environment.get("AWS_SESSION_TOKEN"));
  sign.region = region;
  sign.service = "s3";
  if (sign.access_key.empty() || sign.secret_key.empty()) {
    return core::fail(
        ErrorKind::unauthorized,
        std::string("S3 cannot be asked: ") +
            (sign.access_key.empty() ? "AWS_ACCESS_KEY_ID" : "AWS_SECRET_ACCESS_KEY") +
            " is not set",
        "set both, as aws-actions/configure-aws-credentials does (docs/stores.md)");
  }
  return sign;
}

std::unique_ptr<ManifestObjects> s3_objects(sys::HttpTransport& http,
                                            const sys::Environment& environment) {
  ObjectDialect dialect;
  dialect.service = "S3";
  dialect.url = url_of;
  dialect.write_headers = {{"Content-Type", "application/json"}};
  dialect.sign = [&environment](sys::HttpRequest& request, const CacheRef& ref) {
    auto signature = s3_signature(environment, ref.location.s3.region);
    if (!signature) {
      return Result<void>(tl::unexpected(signature.error()));
    }
    request.sign = *std::move(signature);
    return Result<void>();
  };
  return std::make_unique<HttpObjects>(http, std::move(dialect));
}

}  // namespace buildcache::store
