#include "registry/url_rules.hpp"

#include "core/image_ref.hpp"
#include "registry/ascii.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

namespace buildcache::registry {

namespace {

using core::ErrorKind;
using core::fail;
using core::Result;
using sys::Url;

bool is_foreign_inward(const Url& registry, const Url& url) {
  return url.host != registry.host && is_inward_host(url.host);
}

bool is_inward_ipv4(const std::array<unsigned char, 4>& a) {
  return a[0] == 0 || a[0] == 10 || a[0] == 127 || a[0] >= 224 || (a[0] == 169 && a[1] == 254) ||
         (a[0] == 172 && a[1] >= 16 && a[1] < 32) || (a[0] == 192 && a[1] == 168) ||
         (a[0] == 100 && a[1] >= 64 && a[1] < 128);
}

bool is_inward_ipv6(const std::array<unsigned char, 16>& a) {
  if (std::all_of(a.begin(), a.begin() + 10, [](auto byte) { return byte == 0; })) {
    // Unspecified, loopback, and IPv4 addresses in IPv6 clothes.
    const bool mapped = a[10] == 0xff && a[11] == 0xff;
    return !mapped || is_inward_ipv4({a[12], a[13], a[14], a[15]});
  }
  const bool translated = a[0] == 0x00 && a[1] == 0x64 && a[2] == 0xff && a[3] == 0x9b;
  return translated || a[0] == 0xff || (a[0] & 0xfeU) == 0xfc || (a[0] == 0xfe && a[1] >= 0x80);
}

// Whether the last label is a number: no name ends so, resolvers read it as an address.
bool ends_in_number(std::string_view host) {
  const std::string_view last = host.substr(host.rfind('.') + 1);
  return last.starts_with("0x") ||
         (!last.empty() && last.find_first_not_of("0123456789") == std::string_view::npos);
}

}  // namespace

Result<Url> realm_url(const Url& registry, std::string_view realm) {
  if (realm.empty()) {
    return fail(ErrorKind::unauthorized, registry.host + " names no token service");
  }
  auto url = sys::resolve_url(registry, realm);
  if (!url) {
    return fail(ErrorKind::unauthorized,
                registry.host + " names a token service that is " + url.error().message);
  }
  const std::string named = registry.host + " names the token service " + url->origin();
  if (is_foreign_inward(registry, *url)) {
    return fail(ErrorKind::unauthorized, named + ", an inward address that is not its own host");
  }
  if (url->scheme != "https" && (registry.scheme == "https" || url->host != registry.host)) {
    return fail(ErrorKind::unauthorized, named + ", which would see credentials in the clear");
  }
  return *url;
}

Result<Url> redirect_url(const Url& registry, const Url& from, std::string_view location) {
  if (location.empty()) {
    return fail(ErrorKind::bad_response, from.host + " redirects to no place");
  }
  auto url = sys::resolve_url(from, location);
  if (!url) {
    return fail(ErrorKind::bad_response,
                from.host + " redirects to what is " + url.error().message);
  }
  const std::string named = from.host + " redirects to " + url->origin();
  if (from.scheme == "https" && url->scheme != "https") {
    return fail(ErrorKind::bad_response, named + ", from https to http");
  }
  if (is_foreign_inward(registry, *url)) {
    return fail(ErrorKind::bad_response, named + ", an inward address that is not its own host");
  }
  return *url;
}

Result<std::optional<Url>> next_page_url(const Url& from, std::string_view link) {
  const std::size_t open = link.find('<');
  const std::size_t close = link.find('>');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open) {
    return std::nullopt;
  }
  const std::string_view relation = link.substr(close);
  if (relation.find("rel=\"next\"") == std::string_view::npos &&
      relation.find("rel=next") == std::string_view::npos) {
    return std::nullopt;
  }
  auto url = sys::resolve_url(from, link.substr(open + 1, close - open - 1));
  if (!url) {
    return tl::unexpected(url.error());
  }
  if (url->origin() != from.origin()) {
    return fail(ErrorKind::bad_response,
                from.host + " continues its list at " + url->origin() + ", another host");
  }
  return std::optional(*url);
}

bool is_inward_host(std::string_view host) {
  while (!host.empty() && host.back() == '.') {
    host.remove_suffix(1);
  }
  const std::string name = lowered(host);
  if (core::is_loopback_host(name)) {
    return true;
  }
  std::array<unsigned char, 4> ipv4{};
  if (inet_pton(AF_INET, name.c_str(), ipv4.data()) == 1) {
    return is_inward_ipv4(ipv4);
  }
  if (name.starts_with('[') && name.ends_with(']')) {
    std::array<unsigned char, 16> ipv6{};
    const std::string inner = name.substr(1, name.size() - 2);
    return inet_pton(AF_INET6, inner.c_str(), ipv6.data()) != 1 || is_inward_ipv6(ipv6);
  }
  return ends_in_number(name);
}

}  // namespace buildcache::registry
