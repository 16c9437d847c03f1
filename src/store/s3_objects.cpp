#include "store/s3_objects.hpp"

#include "store/signed_objects.hpp"
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

std::string url_of(const Location& location, const std::string& name) {
  const config::S3& s3 = location.s3;
  const std::string endpoint = endpoint_of(s3);
  const std::string folder = s3.prefix.empty() ? "" : s3.prefix + "/";
  const std::string object = folder + name;
  if (s3.path_style) {
    return endpoint + "/" + s3.bucket + "/" + object;
  }
  const std::size_t host = endpoint.find("://") + 3;
  return endpoint.substr(0, host) + s3.bucket + "." + endpoint.substr(host) + "/" + object;
}

}  // namespace

std::unique_ptr<Objects> s3_objects(sys::HttpTransport& http, std::optional<aws::Keys> keys) {
  ObjectDialect dialect;
  dialect.service = "S3";
  dialect.url = url_of;
  dialect.sign = [keys = std::move(keys)](sys::HttpRequest& request, const Location& place) {
    if (!keys) {
      return Result<void>(core::fail(ErrorKind::unauthorized, "no AWS credentials"));
    }
    request.sign = keys->signature(place.s3.region, "s3");
    return Result<void>();
  };
  return std::make_unique<SignedObjects>(http, std::move(dialect));
}

}  // namespace buildcache::store
