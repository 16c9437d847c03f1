#include "sys/url.hpp"

#include "core/text.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>

namespace buildcache::sys {

namespace {

using core::ErrorKind;

constexpr std::size_t kLongest = 16384;  // signed URLs of object stores have a few thousand
constexpr std::array<std::string_view, 15> kHarmlessParameters = {"account",
                                                                  "artifactType",
                                                                  "digest",
                                                                  "from",
                                                                  "last",
                                                                  "mount",
                                                                  "n",
                                                                  "ns",
                                                                  "page",
                                                                  "per_page",
                                                                  "ref_name",
                                                                  "refs%5B%5D",
                                                                  "scope",
                                                                  "service",
                                                                  "sha"};

struct UrlDeleter {
  void operator()(CURLU* handle) const { curl_url_cleanup(handle); }
};
using UrlHandle = std::unique_ptr<CURLU, UrlDeleter>;

// Returns one part, empty when the URL has none.
std::string part_of(CURLU* handle, CURLUPart part, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(handle, part, &text, flags) != CURLUE_OK) {
    return {};
  }
  const std::unique_ptr<char, void (*)(void*)> owner(text, curl_free);
  return text;
}

tl::unexpected<core::Error> bad_url(CURLUcode code) {
  return core::fail(ErrorKind::bad_response,
                    std::string("not a usable URL: ") + curl_url_strerror(code));
}

CURLUcode set_url(CURLU* handle, std::string_view text) {
  return curl_url_set(handle, CURLUPART_URL, std::string(text).c_str(), CURLU_DISALLOW_USER);
}

core::Result<Url> to_url(CURLU* handle) {
  Url url;
  url.scheme = part_of(handle, CURLUPART_SCHEME);
  if (url.scheme != "http" && url.scheme != "https") {
    return core::fail(ErrorKind::bad_response, "not a usable URL: neither http nor https");
  }
  url.host = part_of(handle, CURLUPART_HOST);
  std::ranges::transform(url.host, url.host.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  const std::string port = part_of(handle, CURLUPART_PORT, CURLU_DEFAULT_PORT);
  std::from_chars(port.data(), port.data() + port.size(), url.port);
  url.path = part_of(handle, CURLUPART_PATH);
  url.query = part_of(handle, CURLUPART_QUERY);
  return url;
}

bool is_acceptable(std::string_view text) {
  return text.size() <= kLongest && text.find('\0') == std::string_view::npos;
}

bool is_default_port(const Url& url) {
  return url.port == (url.scheme == "https" ? 443 : 80);
}

// Takes "user:password@" off "user:password@host/path". A password may wrongly hold a '/'; what
// looks like a port that is no number is then the beginning of one.
std::string_view without_user(std::string_view place) {
  const std::string_view authority = place.substr(0, place.find('/'));
  std::size_t at = authority.rfind('@');
  const std::size_t colon = authority.rfind(':');
  const bool odd_port =
      colon != std::string_view::npos && !authority.ends_with(']') &&
      authority.find_first_not_of("0123456789", colon + 1) != std::string_view::npos;
  if (at == std::string_view::npos && odd_port) {
    at = place.rfind('@');
  }
  return at == std::string_view::npos ? place : place.substr(at + 1);
}

std::string redacted_query(std::string_view query) {
  std::string text;
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view parameter = query.substr(0, end);
    const std::size_t equals = parameter.find('=');
    const std::string_view name = parameter.substr(0, equals);
    const bool harmless = equals != std::string_view::npos &&
                          std::ranges::find(kHarmlessParameters, name) != kHarmlessParameters.end();
    text += text.empty() ? "?" : "&";
    text += harmless ? std::string(parameter)
                     : (equals == std::string_view::npos ? "***" : std::string(name) + "=***");
    query.remove_prefix(std::min(end + 1, query.size()));
  }
  return text;
}

}  // namespace

std::string Url::origin() const {
  return scheme + "://" + host + ":" + std::to_string(port);
}

std::string Url::host_and_port() const {
  return is_default_port(*this) ? host : host + ":" + std::to_string(port);
}

std::string Url::str() const {
  return scheme + "://" + host_and_port() + path + (query.empty() ? "" : "?" + query);
}

core::Result<Url> parse_url(std::string_view text) {
  const UrlHandle handle(curl_url());
  if (!handle || !is_acceptable(text)) {
    return bad_url(CURLUE_MALFORMED_INPUT);
  }
  if (const CURLUcode code = set_url(handle.get(), text); code != CURLUE_OK) {
    return bad_url(code);
  }
  return to_url(handle.get());
}

core::Result<Url> resolve_url(const Url& base, std::string_view reference) {
  const UrlHandle handle(curl_url());
  if (!handle || !is_acceptable(reference)) {
    return bad_url(CURLUE_MALFORMED_INPUT);
  }
  if (const CURLUcode code = set_url(handle.get(), base.str()); code != CURLUE_OK) {
    return bad_url(code);
  }
  if (const CURLUcode code = set_url(handle.get(), reference); code != CURLUE_OK) {
    return bad_url(code);
  }
  return to_url(handle.get());
}

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  constexpr std::string_view kMarks = "-._~";
  std::string encoded;
  for (const char c : text) {
    if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
        kMarks.find(c) != std::string_view::npos) {
      encoded += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      encoded += {'%', kHex[byte >> 4U], kHex[byte & 15U]};
    }
  }
  return encoded;
}

void add_query(Url& url, std::string_view key, std::string_view value) {
  url.query += (url.query.empty() ? "" : "&") + percent_encoded(key) + "=" + percent_encoded(value);
}

std::string redacted_url(std::string_view url) {
  url = url.substr(0, url.find('#'));
  const std::size_t question = std::min(url.find('?'), url.size());
  std::string_view place = url.substr(0, question);
  std::string scheme;
  if (const std::size_t colon = place.find("://"); colon != std::string_view::npos) {
    scheme = place.substr(0, colon + 3);
    place.remove_prefix(colon + 3);
  }
  if (!scheme.empty()) {
    place = without_user(place);
  }
  const std::string_view query = url.substr(std::min(question + 1, url.size()));
  return core::printable(scheme + std::string(place) + redacted_query(query));
}

}  // namespace buildcache::sys
