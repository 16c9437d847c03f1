#include "docker/base64.hpp"

#include <openssl/evp.h>

#include <limits>

namespace buildcache::docker {

std::string encode_base64(std::string_view bytes) {
  if (bytes.size() > std::numeric_limits<int>::max() / 2) {
    return {};
  }
  // OpenSSL writes a final NUL behind the text.
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                   reinterpret_cast<const unsigned char*>(bytes.data()),
                                   static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(size));
  return text;
}

std::string decode_base64(std::string_view text) {
  if (text.empty() || text.size() % 4 != 0 || text.size() > std::numeric_limits<int>::max() / 2) {
    return {};
  }
  std::string bytes(text.size() / 4 * 3, '\0');
  const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                   reinterpret_cast<const unsigned char*>(text.data()),
                                   static_cast<int>(text.size()));
  if (size < 0) {
    return {};
  }
  // It counts what the padding stands for, too.
  const std::size_t padding = text.ends_with("==") ? 2 : (text.ends_with('=') ? 1 : 0);
  bytes.resize(static_cast<std::size_t>(size) - padding);
  return bytes;
}

}  // namespace buildcache::docker
