#include "registry/scoped_config.hpp"

#include <algorithm>
#include <string_view>
#include <tuple>
#include <utility>

namespace buildcache::registry {

namespace {

constexpr std::size_t kFileLimit = 1U << 20U;
constexpr std::size_t kMostFiles = 256;
constexpr int kDeepest = 16;  // folders of a repository's path

std::set<std::string> split(std::string_view words) {
  std::set<std::string> set;
  while (!words.empty()) {
    const std::size_t comma = std::min(words.find(','), words.size());
    if (comma > 0) {
      set.emplace(words.substr(0, comma));
    }
    words.remove_prefix(std::min(comma + 1, words.size()));
  }
  return set;
}

// "ghcr.io/acme/app@push": what the folder's name says.
ScopedConfig scope_of(std::string_view name, DockerConfig config) {
  const std::size_t at = std::min(name.find('@'), name.size());
  const std::string_view place = name.substr(0, at);
  const std::size_t slash = std::min(place.find('/'), place.size());
  return {std::string(place.substr(0, slash)),
          std::string(place.substr(std::min(slash + 1, place.size()))),
          split(name.substr(std::min(at + 1, name.size()))),
          std::move(config)};
}

std::string joined(std::string above, const std::string& below) {
  return above.empty() ? below : above.append("/").append(below);
}

class Walk {
 public:
  Walk(sys::Files& files, const std::string& folder, std::vector<std::string>& broken)
      : files_(files), folder_(folder), broken_(broken) {}

  std::vector<ScopedConfig> run() {
    enter("", 0);
    return std::move(found_);
  }

 private:
  // `name`: of the folder, below the one the walk began in.
  void enter(const std::string& name, int depth) {
    const std::string path = name.empty() ? folder_ : joined(folder_, name);
    const auto entries = files_.list(path);
    for (const std::string& entry : entries.value_or(std::vector<std::string>{})) {
      const std::string below = joined(name, entry);
      if (files_.is_directory(joined(folder_, below))) {
        if (depth < kDeepest) {
          enter(below, depth + 1);
        }
      } else if (entry == "config.json" && !name.empty() && found_.size() < kMostFiles) {
        read(name, joined(path, entry));
      }
    }
  }

  void read(const std::string& name, const std::string& file) {
    const auto text = files_.read(file, kFileLimit);
    auto config = text ? parse_docker_config(*text, file)
                       : core::Result<DockerConfig>(tl::unexpected(text.error()));
    if (config) {
      found_.push_back(scope_of(name, *std::move(config)));
    } else {
      broken_.push_back(core::describe(config.error()));
    }
  }

  sys::Files& files_;
  const std::string& folder_;
  std::vector<std::string>& broken_;
  std::vector<ScopedConfig> found_;
};

bool fits(const ScopedConfig& config, const std::string& host, const Purpose& purpose) {
  const auto actions = split(purpose.actions);
  return config.host == host &&
         (config.repository.empty() || config.repository == purpose.repository) &&
         std::ranges::includes(actions, config.actions);
}

}  // namespace

std::vector<ScopedConfig> read_scoped_configs(sys::Files& files,
                                              const std::string& folder,
                                              std::vector<std::string>& broken) {
  return Walk(files, folder, broken).run();
}

const ScopedConfig* choose_scoped(const std::vector<ScopedConfig>& configs,
                                  const Purpose& purpose) {
  // BuildKit calls Docker Hub by the host it asks.
  const std::string host = purpose.host == "docker.io" ? "registry-1.docker.io" : purpose.host;
  const ScopedConfig* best = nullptr;
  const auto rank = [](const ScopedConfig& config) {
    return std::tuple(config.repository, config.actions.size());
  };
  for (const ScopedConfig& config : configs) {
    if (fits(config, host, purpose) && (best == nullptr || rank(config) > rank(*best))) {
      best = &config;
    }
  }
  return best;
}

}  // namespace buildcache::registry
