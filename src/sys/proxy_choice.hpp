// Which proxy the environment asks for.
#pragma once

#include "sys/environment.hpp"
#include "sys/url.hpp"

#include <string>

namespace buildcache::sys {

struct ProxyChoice {
  std::string proxy;     // URL, may hold a password; empty: none
  std::string no_proxy;  // hosts to reach directly, as NO_PROXY lists them
};

// Reads http_proxy, https_proxy, HTTPS_PROXY, all_proxy, ALL_PROXY, no_proxy and NO_PROXY as curl
// does: lower case first, and HTTP_PROXY not at all (a CGI client can set it with a header). This
// machine's loopback and the link-local addresses of clouds' metadata services are never reached
// over a proxy.
ProxyChoice choose_proxy(const Url& url, const Environment& environment);

}  // namespace buildcache::sys
