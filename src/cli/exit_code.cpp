#include "cli/exit_code.hpp"

namespace buildcache::cli {

int exit_code_of(core::ErrorKind kind) {
  switch (kind) {
    case core::ErrorKind::usage:
      return kUsage;
    case core::ErrorKind::config:
    case core::ErrorKind::forbidden:  // of a file; a registry's 403 is told, not returned
      return kConfiguration;
    case core::ErrorKind::facts:
      return kFacts;
    case core::ErrorKind::engine:
      return kEngine;
    case core::ErrorKind::build:
    case core::ErrorKind::unauthorized:
    case core::ErrorKind::unavailable:
    case core::ErrorKind::untrusted:
    case core::ErrorKind::timed_out:
    case core::ErrorKind::bad_response:
      return kBuildFailed;
    case core::ErrorKind::not_found:
      return kUsage;
    case core::ErrorKind::cancelled:
    case core::ErrorKind::internal:
      break;
  }
  return kInternal;
}

}  // namespace buildcache::cli
