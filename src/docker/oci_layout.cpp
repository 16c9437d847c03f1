#include "docker/oci_layout.hpp"

#include "core/digest.hpp"

#include <nlohmann/json.hpp>

namespace buildcache::docker {

std::string digest_in_layout(std::string_view index_json) {
  const auto index = nlohmann::json::parse(index_json, nullptr, false);
  const auto manifests = index.is_object() ? index.find("manifests") : index.end();
  if (manifests == index.end() || !manifests->is_array() || manifests->size() != 1) {
    return {};
  }
  const auto& only = manifests->front();
  const auto digest = only.is_object() ? only.find("digest") : only.end();
  if (digest == only.end() || !digest->is_string()) {
    return {};
  }
  const auto parsed = core::Digest::parse(digest->get<std::string>());
  return parsed ? parsed->str() : std::string();
}

}  // namespace buildcache::docker
