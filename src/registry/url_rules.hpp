// Where a registry may send us: the rules that keep credentials and requests at home. Pure.
#pragma once

#include "core/result.hpp"
#include "sys/url.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace buildcache::registry {

// Returns the token service a challenge of `registry` names. It must be https; plain http only on
// the registry's own host, and only when the registry itself is spoken to over plain http. A
// loopback, link-local or private address must be the registry's own host. Errors: unauthorized,
// naming the realm's origin and the rule.
core::Result<sys::Url> realm_url(const sys::Url& registry, std::string_view realm);

// Returns the target of a redirect met while reading from `registry`: never from https to http,
// never to an inward address that is not the registry's own host. Errors: bad_response.
core::Result<sys::Url> redirect_url(const sys::Url& registry,
                                    const sys::Url& from,
                                    std::string_view location);

// Returns the next page a `Link` header names, which must stay at the origin of `from`; nullopt
// without a link of relation "next". Errors: bad_response.
core::Result<std::optional<sys::Url>> next_page_url(const sys::Url& from, std::string_view link);

// Whether `host` is an address nobody on the internet may be sent to: loopback, link-local,
// private, unspecified or multicast, localhost, or a number written in a way only resolvers
// understand.
bool is_inward_host(std::string_view host);

}  // namespace buildcache::registry
