// Injective short names from arbitrary text, for tags, directories and file names.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace buildcache::core {

// Returns `text` unchanged when it is 1 to `limit` characters of [a-z0-9._-], starts with [a-z0-9],
// does not end in '-' or '.', holds no "--" and could not be mistaken for a changed one; otherwise
// a cleaned and cut prefix followed by "-h" and 10 hexadecimal digits of its SHA-256, so that
// different texts never meet (docs/cache-tags.md). REQUIRES: limit >= 16.
std::string slug(std::string_view text, std::size_t limit);

// Returns the changed form of `text` even where slug() would keep it, for callers that spell parts
// in a way of their own. REQUIRES: limit >= 16.
std::string cut_slug(std::string_view text, std::size_t limit);

// Whether slug() can have returned `text`, for some limit.
bool is_slug(std::string_view text);

// Whether `text` has the form of a changed slug: it ends in "-h" and 10 hexadecimal digits.
bool is_cut_slug(std::string_view text);

}  // namespace buildcache::core
