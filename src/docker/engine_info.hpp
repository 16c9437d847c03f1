// What an engine says about itself.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace buildcache::docker {

struct EngineInfo {
  std::string version;  // "26.1.5+dfsg1"; empty when it tells none
  bool containerd_store =
      false;  // images are in containerd's store, so that caches can be exported
};

// Returns nullopt when `text` is not an answer of the engine's API to GET /info.
std::optional<EngineInfo> parse_engine_info(std::string_view text);

// Returns the first number of a version, 0 when it has none.
int major_version(std::string_view version);

}  // namespace buildcache::docker
