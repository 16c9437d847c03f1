#include "core/slug.hpp"

#include "core/digest.hpp"

#include <algorithm>

namespace buildcache::core {

namespace {

constexpr std::size_t kHashDigits = 10;
constexpr std::string_view kHashMark = "-h";
constexpr std::size_t kSuffix = kHashMark.size() + kHashDigits;

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool is_slug_character(char c) {
  return is_alphanumeric(c) || c == '.' || c == '_' || c == '-';
}

bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

char lowered(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// Returns at most `limit` characters that may stand before the hash.
std::string cleaned_prefix(std::string_view text, std::size_t limit) {
  std::string prefix;
  for (const char raw : text) {
    if (prefix.size() == limit) {
      break;
    }
    const char c = is_slug_character(lowered(raw)) ? lowered(raw) : '-';
    const bool starts = prefix.empty();
    if ((starts && !is_alphanumeric(c)) || (!starts && c == '-' && prefix.back() == '-')) {
      continue;
    }
    prefix += c;
  }
  while (!prefix.empty() && !is_alphanumeric(prefix.back())) {
    prefix.pop_back();
  }
  return prefix.empty() ? "x" : prefix;
}

}  // namespace

bool is_slug(std::string_view text) {
  return !text.empty() && is_alphanumeric(text.front()) && text.back() != '-' &&
         text.back() != '.' && std::ranges::all_of(text, is_slug_character) &&
         text.find("--") == std::string_view::npos;
}

bool is_cut_slug(std::string_view text) {
  if (text.size() <= kSuffix) {
    return false;
  }
  const std::string_view suffix = text.substr(text.size() - kSuffix);
  return suffix.starts_with(kHashMark) &&
         std::ranges::all_of(suffix.substr(kHashMark.size()), is_hex);
}

std::string cut_slug(std::string_view text, std::size_t limit) {
  return cleaned_prefix(text, limit - kSuffix)
      .append(kHashMark)
      .append(sha256_hex(text), 0, kHashDigits);
}

std::string slug(std::string_view text, std::size_t limit) {
  if (text.size() <= limit && is_slug(text) && !is_cut_slug(text)) {
    return std::string(text);
  }
  return cut_slug(text, limit);
}

}  // namespace buildcache::core
