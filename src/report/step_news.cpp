#include "report/step_news.hpp"

#include "core/text.hpp"
#include "report/output_lines.hpp"

#include <string_view>

namespace buildcache::report {

namespace {

using docker::VertexKind;

constexpr std::chrono::milliseconds kWorthTelling{1000};
constexpr std::size_t kMaxName = 300;
constexpr std::size_t kShownDigits = 12;
constexpr std::size_t kLabelWidth = 8;
constexpr std::size_t kTimeWidth = 9;

bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

std::string with_short_digests(std::string text) {
  constexpr std::string_view kAlgorithm = "sha256:";
  std::size_t at = text.find(kAlgorithm);
  while (at != std::string::npos) {
    const std::size_t begin = at + kAlgorithm.size();
    std::size_t end = begin;
    while (end < text.size() && is_hex(text[end])) {
      ++end;
    }
    if (end - begin > kShownDigits) {
      text.erase(begin + kShownDigits, end - begin - kShownDigits);
    }
    at = text.find(kAlgorithm, begin);
  }
  return text;
}

}  // namespace

bool StepNews::is_news(const std::string& source, const docker::Event& event) {
  if (event.kind == docker::EventKind::cached) {
    return event.vertex_kind == VertexKind::step;
  }
  const auto told = told_.find(source);
  if (told != told_.end()) {
    if (event.duration - told->second < kWorthTelling) {
      return false;
    }
  } else if (event.vertex_kind == VertexKind::internal && event.duration < kWorthTelling) {
    return false;
  }
  told_[source] = event.duration;
  return true;
}

std::string source_of(const std::string& target, const docker::Event& event) {
  return target + '\0' + event.vertex;
}

bool is_cache_trouble(const docker::Event& event) {
  return event.vertex_kind == VertexKind::import || event.vertex_kind == VertexKind::cache_export;
}

std::string step_name(const docker::Event& event) {
  return core::shortened(with_short_digests(harmless(event.name)), kMaxName);
}

std::string step_line(std::string_view label, std::string_view time, std::string_view name) {
  std::string line(label);
  line.resize(std::max(line.size(), kLabelWidth), ' ');
  line.append(time.size() < kTimeWidth ? kTimeWidth - time.size() : 0, ' ');
  return line.append(time).append("  ").append(name);
}

}  // namespace buildcache::report
