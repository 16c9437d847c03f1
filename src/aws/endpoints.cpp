#include "aws/endpoints.hpp"

#include <array>
#include <utility>

namespace buildcache::aws {

namespace {

// Prefixes of regions' names (aws-sdk-go, endpoints/defaults.go; aws-sdk-go-v2, partitions.json).
constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kPartitions{
    {{"cn-", "amazonaws.com.cn"},
     {"us-isob-", "sc2s.sgov.gov"},
     {"us-isof-", "csp.hci.ic.gov"},
     {"us-iso-", "c2s.ic.gov"},
     {"eu-isoe-", "cloud.adc-e.uk"},
     {"eusc-", "amazonaws.eu"},
     {"", "amazonaws.com"}}};

}  // namespace

std::string_view domain_of(std::string_view region) {
  for (const auto& [prefix, domain] : kPartitions) {
    if (region.starts_with(prefix)) {
      return domain;
    }
  }
  return kPartitions.back().second;
}

std::string endpoint_of(const sys::Environment& environment,
                        std::string_view service,
                        const std::string& usual) {
  std::string url = environment.get("AWS_ENDPOINT_URL_" + std::string(service));
  if (url.empty()) {
    url = environment.get("AWS_ENDPOINT_URL");
  }
  url = url.empty() ? usual : url;
  while (url.ends_with('/')) {
    url.pop_back();
  }
  return url;
}

}  // namespace buildcache::aws
