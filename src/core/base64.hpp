// Base64 (RFC 4648, standard alphabet). Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace buildcache::core {

// Returns the padded encoding.
std::string base64_encoded(std::string_view bytes);

// Returns nullopt for anything but whole groups of the alphabet; padding may be missing.
std::optional<std::string> base64_decoded(std::string_view text);

}  // namespace buildcache::core
