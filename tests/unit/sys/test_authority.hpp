// A certificate authority made up for one test run.
#pragma once

#include <openssl/types.h>

#include <memory>
#include <string>

namespace buildcache::sys_test {

class TestAuthority {
 public:
  TestAuthority();

  // Returns the authority's own certificate.
  [[nodiscard]] std::string pem() const;

  using Context = std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)>;
  // Returns a server's TLS context with a certificate for `name` (as "DNS:…" or "IP:…") that is
  // valid until `seconds` from now, which may be negative.
  [[nodiscard]] Context serve_as(const std::string& name, long seconds = 3600) const;
  // As above, for a server that asks for client certificates of this authority.
  [[nodiscard]] Context serve_known_clients(const std::string& name) const;

  // Returns a client's certificate and key, as one PEM text.
  [[nodiscard]] std::string client_pem() const;

 private:
  using Key = std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)>;
  using Certificate = std::unique_ptr<X509, void (*)(X509*)>;

  [[nodiscard]] Certificate certify(EVP_PKEY* key, const std::string& name, long seconds) const;

  Key key_;
  Certificate certificate_;
};

}  // namespace buildcache::sys_test
