// Addresses of web resources, read the same way everywhere.
#pragma once

#include "core/result.hpp"

#include <string>
#include <string_view>

namespace buildcache::sys {

// An absolute http or https URL without user information and fragment.
struct Url {
  std::string scheme;  // "http" or "https"
  std::string host;    // lower case; an IPv6 address in brackets
  int port = 0;        // the scheme's own when none was written
  std::string path;    // begins with '/'
  std::string query;   // without '?'; empty when there is none

  // Returns "scheme://host:port": two requests with the same origin talk to the same server.
  [[nodiscard]] std::string origin() const;
  // Returns "host", with the port where it is not the scheme's own.
  [[nodiscard]] std::string host_and_port() const;
  [[nodiscard]] std::string str() const;
};

// Errors: bad_response, without quoting the text (it may hold secrets).
core::Result<Url> parse_url(std::string_view text);

// Returns where `reference` (a Location or Link target, relative or absolute) leads from `base`.
// Errors: bad_response.
core::Result<Url> resolve_url(const Url& base, std::string_view reference);

// Percent-encodes all but letters, digits and "-._~", for query values and forms.
std::string percent_encoded(std::string_view text);

// Appends "key=value", both encoded, to the query of `url`.
void add_query(Url& url, std::string_view key, std::string_view value);

// Returns the URL for logs: printable, without user information and fragment, and with the values
// of all query parameters but well-known harmless ones (n, last, scope, service, …) replaced by
// "***".
std::string redacted_url(std::string_view url);

}  // namespace buildcache::sys
