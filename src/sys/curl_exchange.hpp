// One request and its answer over curl, without following redirects.
#pragma once

#include "sys/ca_bundle.hpp"
#include "sys/curl_loop.hpp"
#include "sys/http.hpp"
#include "sys/proxy_choice.hpp"
#include "sys/url.hpp"

namespace buildcache::sys {

// How to reach the server.
struct CurlRoute {
  Url url;
  ProxyChoice proxy;
  TrustAnchors anchors;  // empty where nobody is verified
};

// Sends `request` to `route.url` (its own URL does not count). Errors: as HttpTransport::send.
core::Result<HttpResponse> exchange(CurlLoop& loop,
                                    const HttpRequest& request,
                                    const CurlRoute& route);

}  // namespace buildcache::sys
