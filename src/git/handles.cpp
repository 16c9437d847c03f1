#include "git/handles.hpp"

#include "core/text.hpp"

#include <git2.h>

#include <array>
#include <optional>

namespace buildcache::git {

core::Error last_error(std::string_view what) {
  const git_error* error = git_error_last();
  std::string message = "cannot " + std::string(what);
  if (error != nullptr && error->message != nullptr) {
    message += ": " + core::printable(error->message);
  }
  return {core::ErrorKind::facts, std::move(message), std::nullopt, {}};
}

std::string text_of(const git_oid* id) {
  std::array<char, GIT_OID_MAX_HEXSIZE + 1> text{};
  git_oid_tostr(text.data(), text.size(), id);
  return text.data();
}

}  // namespace buildcache::git
