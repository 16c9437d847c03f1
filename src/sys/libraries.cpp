#include "sys/libraries.hpp"

#include <curl/curl.h>

namespace buildcache::sys {

namespace {

std::string text(const char* version) {
  return version == nullptr ? std::string() : std::string(version);
}

// "OpenSSL/3.0.15" -> "3.0.15".
std::string after_slash(const std::string& text) {
  const std::size_t slash = text.find('/');
  return slash == std::string::npos ? text : text.substr(slash + 1);
}

}  // namespace

std::map<std::string, std::string> library_versions() {
  const curl_version_info_data* info = curl_version_info(CURLVERSION_NOW);
  return {{"c-ares", text(info->ares)},
          {"curl", text(info->version)},
          {"nghttp2", text(info->nghttp2_version)},
          {"openssl", after_slash(text(info->ssl_version))},
          {"zlib", text(info->libz_version)}};
}

}  // namespace buildcache::sys
