// HTTP over libcurl.
#pragma once

#include "sys/environment.hpp"
#include "sys/http.hpp"

#include <memory>
#include <mutex>

namespace buildcache::sys {

class CaBundle;
class CurlLoop;
struct Url;

// One I/O thread, started by the first request, and one pool of connections. HTTP/2 where a server
// offers it over TLS. Proxies and certificates are those the environment names (proxy_choice.hpp,
// ca_bundle.hpp); the host's openssl.cnf, .netrc and curl configuration are never read, and answers
// come as they are, not decompressed.
class CurlHttp final : public HttpTransport {
 public:
  explicit CurlHttp(Environment environment);
  CurlHttp(const CurlHttp&) = delete;  // requests wait on this very object
  CurlHttp& operator=(const CurlHttp&) = delete;
  // REQUIRES: no send() is under way.
  ~CurlHttp() override;

  core::Result<HttpResponse> send(const HttpRequest& request) override;

 private:
  void start();
  core::Result<HttpResponse> send_once(const HttpRequest& request, const Url& url);

  Environment environment_;
  std::once_flag started_;
  std::unique_ptr<CaBundle> certificates_;
  std::unique_ptr<CurlLoop> loop_;
};

}  // namespace buildcache::sys
