#include "core/base64.hpp"

#include <openssl/evp.h>

#include <vector>

namespace buildcache::core {

namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

std::string base64_encoded(std::string_view bytes) {
  const std::vector<unsigned char> input(bytes.begin(), bytes.end());
  std::vector<unsigned char> output(4 * ((bytes.size() + 2) / 3) + 1);
  const int length = EVP_EncodeBlock(output.data(), input.data(), static_cast<int>(input.size()));
  return {output.begin(), output.begin() + length};
}

std::optional<std::string> base64_decoded(std::string_view text) {
  while (!text.empty() && text.back() == '=') {
    text.remove_suffix(1);
  }
  if (text.size() % 4 == 1 || text.find_first_not_of(kAlphabet) != std::string_view::npos) {
    return std::nullopt;
  }
  const std::size_t padding = (4 - text.size() % 4) % 4;
  std::vector<unsigned char> input(text.begin(), text.end());
  input.insert(input.end(), padding, '=');
  std::vector<unsigned char> output(input.size() / 4 * 3 + 1);
  const int length = EVP_DecodeBlock(output.data(), input.data(), static_cast<int>(input.size()));
  if (length < static_cast<int>(padding)) {
    return std::nullopt;
  }
  return std::string(output.begin(), output.begin() + length - static_cast<int>(padding));
}

}  // namespace buildcache::core
