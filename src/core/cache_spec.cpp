#include "core/cache_spec.hpp"

namespace buildcache::core {

namespace {

// One CSV field as Go's encoding/csv writes it: a leading space would be lost on reading too.
std::string csv_field(const std::string& field) {
  const bool leading_space = !field.empty() && (field[0] == ' ' || field[0] == '\t' ||
                                                field[0] == '\v' || field[0] == '\f');
  if (!leading_space && field.find_first_of(",\"\r\n") == std::string::npos) {
    return field;
  }
  std::string quoted = "\"";
  for (const char c : field) {
    if (c == '"') {
      quoted += '"';
    }
    quoted += c;
  }
  return quoted + '"';
}

}  // namespace

std::string CacheSpec::str() const {
  std::string text = csv_field("type=" + type);
  for (const auto& [key, value] : attributes) {
    text += ',';
    text += csv_field(std::string(key).append("=").append(value));
  }
  return text;
}

std::string_view CacheSpec::get(std::string_view key) const {
  for (const auto& [name, value] : attributes) {
    if (name == key) {
      return value;
    }
  }
  return {};
}

}  // namespace buildcache::core
