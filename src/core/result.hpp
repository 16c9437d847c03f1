// A value or an Error. Failures a caller can act on are returned, never thrown.
#pragma once

#include "core/error.hpp"

#include <tl/expected.hpp>

#include <string>
#include <utility>

namespace buildcache::core {

template <typename T>
using Result = tl::expected<T, Error>;

// Shorthand for returning a failure.
inline tl::unexpected<Error> fail(ErrorKind kind, std::string message, std::string hint = {}) {
  return tl::unexpected<Error>(Error{kind, std::move(message), std::nullopt, std::move(hint)});
}

}  // namespace buildcache::core
