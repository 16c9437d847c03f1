#include "test_authority.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <atomic>
#include <stdexcept>

namespace buildcache::sys_test {

namespace {

void require(bool done) {
  if (!done) {
    throw std::runtime_error("test authority: OpenSSL failed");
  }
}

void add_extension(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
  require(extension != nullptr);
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

void set_name(X509_NAME* name, const std::string& text) {
  X509_NAME_add_entry_by_txt(
      name, "O", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(text.c_str()), -1, -1, 0);
}

template <typename Write>
std::string to_pem(Write write) {
  const std::unique_ptr<BIO, int (*)(BIO*)> memory(BIO_new(BIO_s_mem()), BIO_free);
  require(write(memory.get()) == 1);
  char* text = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

std::string certificate_pem(X509* certificate) {
  return to_pem([certificate](BIO* out) { return PEM_write_bio_X509(out, certificate); });
}

}  // namespace

TestAuthority::TestAuthority()
    : key_(EVP_EC_gen("P-256"), EVP_PKEY_free), certificate_(X509_new(), X509_free) {
  X509* self = certificate_.get();
  X509_set_version(self, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(self), 1);
  X509_gmtime_adj(X509_getm_notBefore(self), -86400);
  X509_gmtime_adj(X509_getm_notAfter(self), 86400);
  static std::atomic<int> count{0};
  const std::string name = "test authority " + std::to_string(++count);
  set_name(X509_get_subject_name(self), name);
  set_name(X509_get_issuer_name(self), name);
  X509_set_pubkey(self, key_.get());
  add_extension(self, self, NID_basic_constraints, "critical,CA:TRUE");
  add_extension(self, self, NID_key_usage, "critical,keyCertSign,cRLSign");
  require(X509_sign(self, key_.get(), EVP_sha256()) > 0);
}

std::string TestAuthority::pem() const {
  return certificate_pem(certificate_.get());
}

TestAuthority::Certificate TestAuthority::certify(EVP_PKEY* key,
                                                  const std::string& name,
                                                  long seconds) const {
  Certificate certificate(X509_new(), X509_free);
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 2);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -86400);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), seconds);
  set_name(X509_get_subject_name(certificate.get()), "test");
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate_.get()));
  X509_set_pubkey(certificate.get(), key);
  add_extension(certificate.get(), certificate_.get(), NID_subject_alt_name, name);
  require(X509_sign(certificate.get(), key_.get(), EVP_sha256()) > 0);
  return certificate;
}

TestAuthority::Context TestAuthority::serve_as(const std::string& name, long seconds) const {
  const Key key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  const Certificate certificate = certify(key.get(), name, seconds);
  Context context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  require(SSL_CTX_use_certificate(context.get(), certificate.get()) == 1 &&
          SSL_CTX_use_PrivateKey(context.get(), key.get()) == 1);
  return context;
}

TestAuthority::Context TestAuthority::serve_known_clients(const std::string& name) const {
  Context context = serve_as(name);
  X509_STORE_add_cert(SSL_CTX_get_cert_store(context.get()), certificate_.get());
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  return context;
}

std::string TestAuthority::client_pem() const {
  const Key key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  const Certificate certificate = certify(key.get(), "DNS:client.test", 3600);
  return certificate_pem(certificate.get()) + to_pem([&key](BIO* out) {
           return PEM_write_bio_PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
         });
}

}  // namespace buildcache::sys_test
