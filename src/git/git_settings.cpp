#include "git/git_settings.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>

namespace buildcache::git {
namespace {

constexpr std::string_view kRemote = "remote.";
constexpr std::string_view kUrl = ".url";

bool concerns_remotes(std::string_view key) {
  static constexpr std::array<std::string_view, 3> kSections{"http.", "credential.", "url."};
  static constexpr std::array<std::string_view, 3> kKeys{
      "core.sshcommand", "core.askpass", "ssh.variant"};
  return std::ranges::find(kKeys, key) != kKeys.end() ||
         std::ranges::any_of(kSections,
                             [key](std::string_view section) { return key.starts_with(section); });
}

}  // namespace

Settings parse_settings(std::string_view listed) {
  Settings settings;
  while (!listed.empty()) {
    const std::size_t end = std::min(listed.find('\0'), listed.size());
    const std::string_view entry = listed.substr(0, end);
    const std::size_t line_end = entry.find('\n');
    // A key without '=' is a boolean that is set.
    settings.emplace_back(entry.substr(0, line_end),
                          line_end == std::string_view::npos ? "true" : entry.substr(line_end + 1));
    listed.remove_prefix(std::min(end + 1, listed.size()));
  }
  return settings;
}

Settings remote_settings(const Settings& settings) {
  Settings kept;
  std::ranges::copy_if(settings, std::back_inserter(kept), [](const auto& setting) {
    return concerns_remotes(setting.first);
  });
  return kept;
}

std::optional<std::string> remote_address(const Settings& settings) {
  std::optional<std::string> only;
  std::string name_of_only;
  bool several = false;
  for (const auto& [key, value] : settings) {
    if (!key.starts_with(kRemote) || !key.ends_with(kUrl)) {
      continue;
    }
    if (key == "remote.origin.url") {
      return value;  // git fetches from the first of several
    }
    several = several || (only && name_of_only != key);
    if (!only) {
      only = value;
      name_of_only = key;
    }
  }
  return several ? std::nullopt : only;
}

}  // namespace buildcache::git
