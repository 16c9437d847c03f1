#include "sys/system_error.hpp"

#include <cerrno>
#include <system_error>

namespace buildcache::sys {

namespace {

core::ErrorKind kind_of(int error_number) {
  switch (error_number) {
    case ENOENT:
    case ENOTDIR:
      return core::ErrorKind::not_found;
    case EACCES:
    case EPERM:
    case EROFS:
      return core::ErrorKind::forbidden;
    default:
      return core::ErrorKind::internal;
  }
}

}  // namespace

core::Error system_error(const std::string& what, int error_number) {
  return {kind_of(error_number),
          what + ": " + std::generic_category().message(error_number),
          std::nullopt,
          ""};
}

}  // namespace buildcache::sys
