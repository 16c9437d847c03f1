#include "core/digest.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <cstdlib>

namespace buildcache::core {

namespace {

bool is_lower_hex(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

std::string to_hex(const unsigned char* bytes, std::size_t size) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  hex.reserve(size * 2);
  for (std::size_t i = 0; i < size; ++i) {
    hex += kDigits[bytes[i] >> 4U];
    hex += kDigits[bytes[i] & 0xFU];
  }
  return hex;
}

// The first use of OpenSSL would read the host's openssl.cnf, which may name providers that a
// static binary cannot load. Whoever comes first decides, so this forbids it before every first
// use.
void forbid_host_configuration() {
  static const int kDone = OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr);
  (void)kDone;
}

std::string hash_hex(std::string_view bytes, const EVP_MD* algorithm) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
  unsigned int size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), hash.data(), &size, algorithm, nullptr) != 1) {
    std::abort();  // only without memory, or with a libcrypto that lacks SHA-2
  }
  return to_hex(hash.data(), size);
}

}  // namespace

Result<Digest> Digest::parse(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) {
    return fail(ErrorKind::bad_response, "digest has no algorithm (sha256:…)");
  }
  const std::string_view algorithm = text.substr(0, colon);
  const std::string_view hex = text.substr(colon + 1);
  std::size_t length = 0;
  if (algorithm == "sha256") {
    length = 64;
  } else if (algorithm == "sha512") {
    length = 128;
  } else {
    return fail(ErrorKind::bad_response, "digest is neither sha256 nor sha512");
  }
  if (hex.size() != length || !is_lower_hex(hex)) {
    return fail(ErrorKind::bad_response,
                "digest needs " + std::to_string(length) + " lower-case hexadecimal digits");
  }
  return Digest(std::string(text));
}

Digest Digest::of(std::string_view bytes) {
  return Digest("sha256:" + sha256_hex(bytes));
}

std::string_view Digest::hex() const {
  return std::string_view(text_).substr(text_.find(':') + 1);
}

bool Digest::matches(std::string_view bytes) const {
  forbid_host_configuration();
  const bool is_sha256 = text_.starts_with("sha256:");
  return hash_hex(bytes, is_sha256 ? EVP_sha256() : EVP_sha512()) == hex();
}

std::string hmac_sha256(std::string_view key, std::string_view bytes) {
  forbid_host_configuration();
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  unsigned int size = 0;
  const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
  if (HMAC(EVP_sha256(),
           key.data(),
           static_cast<int>(key.size()),
           data,
           bytes.size(),
           mac.data(),
           &size) == nullptr) {
    std::abort();  // only without memory, or with a libcrypto that lacks SHA-2
  }
  return {reinterpret_cast<const char*>(mac.data()), size};
}

std::string sha256_hex(std::string_view bytes) {
  forbid_host_configuration();
  return hash_hex(bytes, EVP_sha256());
}

}  // namespace buildcache::core
