#include "docker/platforms.hpp"

#include "core/text.hpp"

#include <algorithm>
#include <chrono>

namespace buildcache::docker {

namespace {

constexpr std::chrono::milliseconds kTimeout{10'000};
constexpr std::size_t kMostPlatforms = 256;

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) {
    return {};
  }
  return text.substr(begin, text.find_last_not_of(" \t\r*") + 1 - begin);
}

void add_platforms(std::string_view list, std::vector<std::string>& platforms) {
  while (!list.empty() && platforms.size() < kMostPlatforms) {
    const std::size_t comma = list.find(',');
    const std::string platform = core::printable(trimmed(list.substr(0, comma)));
    if (!platform.empty() && std::ranges::find(platforms, platform) == platforms.end()) {
      platforms.push_back(platform);
    }
    list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
  }
}

}  // namespace

std::vector<std::string> platforms_in(std::string_view inspected) {
  constexpr std::string_view kKey = "Platforms:";
  std::vector<std::string> platforms;
  while (!inspected.empty()) {
    const std::size_t end = inspected.find('\n');
    const std::string_view line = inspected.substr(0, end);
    if (line.starts_with(kKey)) {
      add_platforms(line.substr(kKey.size()), platforms);
    }
    inspected = end == std::string_view::npos ? std::string_view() : inspected.substr(end + 1);
  }
  return platforms;
}

std::vector<std::string> builder_platforms(sys::ProcessRunner& processes,
                                           const std::map<std::string, std::string>& environment,
                                           const std::string& name) {
  std::vector<std::string> argv = {"docker", "buildx", "inspect"};
  if (!name.empty()) {
    argv.push_back(name);
  }
  const auto exit = processes.run({std::move(argv), environment, {}, {}, kTimeout});
  return exit && exit->code == 0 ? platforms_in(exit->out) : std::vector<std::string>();
}

}  // namespace buildcache::docker
