#include "config/forms.hpp"

#include "sys/url.hpp"

#include <algorithm>

namespace buildcache::config {
namespace {

bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return is_lower(c) || (c >= 'A' && c <= 'Z');
}
bool is_alphanumeric(char c) {
  return is_letter(c) || is_digit(c);
}

bool is_one_of(char c, std::string_view characters) {
  return characters.find(c) != std::string_view::npos;
}

bool is_platform_part(std::string_view text) {
  return !text.empty() && text.size() <= 32 && std::ranges::all_of(text, [](char c) {
    return is_lower(c) || is_digit(c) || is_one_of(c, "_.");
  });
}

}  // namespace

bool is_target_name(std::string_view text) {
  const auto starts = [](char c) { return is_lower(c) || is_digit(c); };
  return !text.empty() && text.size() <= 60 && starts(text.front()) &&
         std::ranges::all_of(text, [&](char c) { return starts(c) || is_one_of(c, "._-"); });
}

bool is_simple_name(std::string_view text) {
  return !text.empty() && text.size() <= 128 &&
         (is_alphanumeric(text.front()) || text.front() == '_') &&
         std::ranges::all_of(text,
                             [](char c) { return is_alphanumeric(c) || is_one_of(c, "._-"); });
}

bool is_environment_name(std::string_view text) {
  return !text.empty() && text.size() <= 128 && !is_digit(text.front()) &&
         std::ranges::all_of(text, [](char c) { return is_alphanumeric(c) || c == '_'; });
}

bool is_label_name(std::string_view text) {
  return !text.empty() && text.size() <= 128 && is_alphanumeric(text.front()) &&
         std::ranges::all_of(text,
                             [](char c) { return is_alphanumeric(c) || is_one_of(c, "._/-"); });
}

bool is_annotation_name(std::string_view text) {
  for (const std::string_view level :
       {"index:", "manifest:", "index-descriptor:", "manifest-descriptor:"}) {
    if (text.starts_with(level)) {
      return is_label_name(text.substr(level.size()));
    }
  }
  return is_label_name(text);
}

bool is_byte_size(std::string_view text) {
  if (!text.empty() && is_one_of(text.back(), "bkmgBKMG")) {
    text.remove_suffix(1);
  }
  return !text.empty() && text.size() <= 18 && std::ranges::all_of(text, is_digit);
}

bool is_ulimit(std::string_view text) {
  const auto is_limit = [](std::string_view part) {
    return part == "-1" ||
           (!part.empty() && part.size() <= 18 && std::ranges::all_of(part, is_digit));
  };
  const auto colon = text.find(':');
  return is_limit(text.substr(0, colon)) &&
         (colon == std::string_view::npos || is_limit(text.substr(colon + 1)));
}

bool is_context_name(std::string_view text) {
  return !text.empty() && text.size() <= 256 && is_alphanumeric(text.front()) &&
         std::ranges::all_of(text,
                             [](char c) { return is_alphanumeric(c) || is_one_of(c, "._/:@-"); });
}

bool is_context_source(std::string_view text) {
  return !text.empty() && text.front() != '-' && text != "target:";
}

bool is_host_name(std::string_view text) {
  return !text.empty() && text.size() <= 253 && is_alphanumeric(text.front()) &&
         std::ranges::all_of(text, [](char c) { return is_alphanumeric(c) || is_one_of(c, ".-"); });
}

bool is_host_address(std::string_view text) {
  const auto is_hexadecimal = [](char c) { return is_digit(c) || is_one_of(c, "abcdefABCDEF:."); };
  return text == "host-gateway" ||
         (text.size() >= 2 && text.size() <= 45 && std::ranges::all_of(text, is_hexadecimal) &&
          text.find_first_of(".:") != std::string_view::npos);
}

bool is_output(std::string_view text) {
  return text.starts_with("type=") && text.size() > 5 && text[5] != ',';
}

bool is_ssh_source(std::string_view text) {
  const auto equals = text.find('=');
  return is_simple_name(text.substr(0, equals)) &&
         (equals == std::string_view::npos || equals + 1 < text.size());
}

bool is_platform(std::string_view text) {
  const auto slashes = std::ranges::count(text, '/');
  if (slashes < 1 || slashes > 2) {
    return false;
  }
  const auto first = text.find('/');
  const auto second = text.find('/', first + 1);
  const auto arch = text.substr(first + 1, second - first - 1);
  return is_platform_part(text.substr(0, first)) && is_platform_part(arch) &&
         (second == std::string_view::npos || is_platform_part(text.substr(second + 1)));
}

bool is_local_path(std::string_view text) {
  return !text.empty() && text.front() != '-' && text.find("://") == std::string_view::npos &&
         !text.starts_with("git@");
}

bool is_builder_endpoint(std::string_view text) {
  if (text.starts_with("unix:///")) {
    return text.size() > 8 && text.find_first_of(" ,\"") == std::string_view::npos;
  }
  if (!text.starts_with("tcp://")) {
    return false;
  }
  const auto address = text.substr(6);
  const auto colon = address.rfind(':');
  return colon != std::string_view::npos && colon > 0 && colon + 1 < address.size() &&
         std::ranges::all_of(address.substr(colon + 1), is_digit) &&
         address.find_first_of(" ,/\"@?#") == std::string_view::npos;
}

bool is_endpoint_or_context(std::string_view text) {
  const bool ssh = text.starts_with("ssh://") && text.size() > 6 &&
                   text.find_first_of(" ,\"") == std::string_view::npos;
  return ssh || is_builder_endpoint(text) || is_simple_name(text);
}

bool is_bucket_name(std::string_view text) {
  const auto starts = [](char c) { return is_lower(c) || is_digit(c); };
  return text.size() >= 3 && text.size() <= 63 && starts(text.front()) &&
         std::ranges::all_of(text, [&](char c) { return starts(c) || is_one_of(c, ".-"); });
}

bool is_region(std::string_view text) {
  return !text.empty() && text.size() <= 32 &&
         std::ranges::all_of(text, [](char c) { return is_lower(c) || is_digit(c) || c == '-'; });
}

bool is_object_folder(std::string_view text) {
  if (text.empty() || text.size() > 200) {
    return false;
  }
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('/', begin), text.size());
    const std::string_view name = text.substr(begin, end - begin);
    const bool only_dots = name.find_first_not_of('.') == std::string_view::npos;
    if (only_dots || !std::ranges::all_of(
                         name, [](char c) { return is_alphanumeric(c) || is_one_of(c, "._-"); })) {
      return false;
    }
    begin = end + 1;
  }
  return true;
}

bool is_service_url(std::string_view text) {
  const auto url = sys::parse_url(text);
  return url && text.find_first_of("#@?, \"") == std::string_view::npos;
}

}  // namespace buildcache::config
