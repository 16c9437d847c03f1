#include "docker/engine_info.hpp"

#include "core/text.hpp"

#include <nlohmann/json.hpp>

#include <charconv>

namespace buildcache::docker {
namespace {

using Json = nlohmann::json;

bool is_pair(const Json& entry, std::string_view key, std::string_view value) {
  return entry.is_array() && entry.size() == 2 && entry[0] == key && entry[1] == value;
}

}  // namespace

std::optional<EngineInfo> parse_engine_info(std::string_view text) {
  const Json document = Json::parse(text, nullptr, false);
  if (!document.is_object() || !document.contains("ServerVersion")) {
    return std::nullopt;
  }
  EngineInfo info;
  if (document["ServerVersion"].is_string()) {
    info.version = core::printable(document["ServerVersion"].get<std::string>());
  }
  const auto status = document.find("DriverStatus");
  if (status != document.end() && status->is_array()) {
    for (const Json& entry : *status) {
      info.containerd_store =
          info.containerd_store || is_pair(entry, "driver-type", "io.containerd.snapshotter.v1");
    }
  }
  return info;
}

int major_version(std::string_view version) {
  int major = 0;
  const auto end = version.data() + version.size();
  const auto parsed = std::from_chars(version.data(), end, major);
  return parsed.ec == std::errc() && major > 0 ? major : 0;
}

}  // namespace buildcache::docker
