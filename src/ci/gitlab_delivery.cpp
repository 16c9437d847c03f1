#include "ci/gitlab_delivery.hpp"

#include "core/text.hpp"

#include <fmt/format.h>

namespace buildcache::ci {
namespace {

// What the log's reader takes for the start of a line's text; it is shown nowhere.
constexpr std::string_view kClear = "\x1B[0K";

// [a-zA-Z0-9_.-] (gitlab-org/gitlab, lib/gitlab/regex.rb, build_trace_section_regex).
std::string section_name(std::string_view title, int number) {
  std::string name = "buildcache_";
  for (const char c : title) {
    const bool upper = c >= 'A' && c <= 'Z';
    const bool kept = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    name += upper ? static_cast<char>(c - 'A' + 'a') : kept ? c : '_';
  }
  return fmt::format("{}_{}", name.substr(0, 60), number);
}

}  // namespace

std::string GitlabDelivery::marker(std::string_view what) const {
  return fmt::format("{}section_{}:{}:{}\r{}", kClear, what, unix_time_(), section_, kClear);
}

void GitlabDelivery::begin_group(std::string_view title) {
  section_ = section_name(title, ++sections_);
  log_(marker("start") + core::printable(title));
}

void GitlabDelivery::end_group() {
  if (!section_.empty()) {
    log_(marker("end"));
    section_.clear();
  }
}

}  // namespace buildcache::ci
