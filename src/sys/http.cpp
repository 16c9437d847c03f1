#include "sys/http.hpp"

namespace buildcache::sys {

std::optional<std::string> HttpResponse::header(std::string_view name) const {
  for (const Header& header : headers) {
    if (header.first == name) {
      return header.second;
    }
  }
  return std::nullopt;
}

core::ErrorKind kind_of_status(int status) {
  using core::ErrorKind;
  switch (status) {
    case 401:
      return ErrorKind::unauthorized;
    case 403:
      return ErrorKind::forbidden;
    case 404:
      return ErrorKind::not_found;
    case 408:
    case 425:
    case 429:
      return ErrorKind::unavailable;
    default:
      return status >= 500 ? ErrorKind::unavailable : ErrorKind::bad_response;
  }
}

}  // namespace buildcache::sys
