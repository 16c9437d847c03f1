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

}  // namespace buildcache::sys
