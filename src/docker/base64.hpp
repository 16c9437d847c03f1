// Base64 with the standard alphabet (RFC 4648).
#pragma once

#include <string>
#include <string_view>

namespace buildcache::docker {

std::string encode_base64(std::string_view bytes);

// Returns what `text` encodes; empty when it is not base64 with its padding.
std::string decode_base64(std::string_view text);

}  // namespace buildcache::docker
