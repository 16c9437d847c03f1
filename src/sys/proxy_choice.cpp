#include "sys/proxy_choice.hpp"

#include "core/image_ref.hpp"

#include <initializer_list>

namespace buildcache::sys {

namespace {

std::string first_set(const Environment& environment, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    if (environment.has(name)) {
      return environment.get(name);
    }
  }
  return {};
}

// Where clouds answer what runs there about itself: a proxy would tell of its own machine.
bool is_metadata_host(const std::string& host) {
  const bool address = host.find_first_not_of("0123456789.") == std::string::npos;
  return (address && host.starts_with("169.254.")) || host.starts_with("[fd00:ec2:");
}

}  // namespace

ProxyChoice choose_proxy(const Url& url, const Environment& environment) {
  if (core::is_loopback_host(url.host) || is_metadata_host(url.host)) {
    return {};
  }
  ProxyChoice choice;
  choice.proxy =
      url.scheme == "https"
          ? first_set(environment, {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"})
          : first_set(environment, {"http_proxy", "all_proxy", "ALL_PROXY"});
  choice.no_proxy = first_set(environment, {"no_proxy", "NO_PROXY"});
  return choice;
}

}  // namespace buildcache::sys
