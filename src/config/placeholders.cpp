#include "config/placeholders.hpp"

#include <algorithm>

namespace buildcache::config {

const std::vector<std::string>& placeholder_names() {
  static const std::vector<std::string> kNames{"sha", "short-sha", "branch", "pr", "tag", "target"};
  return kNames;
}

bool is_placeholder(std::string_view name) {
  return std::ranges::find(placeholder_names(), name) != placeholder_names().end();
}

std::vector<std::string> placeholders_in(std::string_view text) {
  std::vector<std::string> names;
  fill_placeholders(text, [&names](std::string_view name) {
    names.emplace_back(name);
    return std::string();
  });
  return names;
}

std::string fill_placeholders(std::string_view text,
                              const std::function<std::string(std::string_view)>& value_of) {
  std::string result;
  while (!text.empty()) {
    const auto brace = std::min(text.find('{'), text.size());
    result += text.substr(0, brace);
    text.remove_prefix(brace);
    if (text.starts_with("{{")) {
      result += '{';
      text.remove_prefix(2);
    } else if (!text.empty()) {
      const auto end = text.find('}');
      const auto name = end == std::string_view::npos ? text : text.substr(1, end - 1);
      const bool known = end != std::string_view::npos && is_placeholder(name);
      result += known ? value_of(name) : "{";
      text.remove_prefix(known ? end + 1 : 1);
    }
  }
  return result;
}

}  // namespace buildcache::config
