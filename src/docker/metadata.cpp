#include "docker/metadata.hpp"

#include <nlohmann/json.hpp>

namespace buildcache::docker {
namespace {

using Json = nlohmann::json;

std::optional<core::Digest> digest_of(const Json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_string()) {
    return std::nullopt;
  }
  auto digest = core::Digest::parse(found->get<std::string>());
  return digest ? std::optional(std::move(*digest)) : std::nullopt;
}

}  // namespace

Metadata parse_metadata(std::string_view text) {
  Metadata metadata;
  const Json document = Json::parse(text, nullptr, false);
  if (!document.is_object()) {
    return metadata;
  }
  if (const auto digest = digest_of(document, "containerimage.digest")) {
    metadata.image_digest = digest->str();
  }
  if (const auto digest = digest_of(document, "containerimage.config.digest")) {
    metadata.image_id = digest->str();
  }
  // The descriptor of the cache is JSON inside a string.
  const auto cache = document.find("cache.manifest");
  if (cache != document.end() && cache->is_string()) {
    const Json descriptor = Json::parse(cache->get<std::string>(), nullptr, false);
    if (descriptor.is_object()) {
      metadata.cache_manifest = digest_of(descriptor, "digest");
    }
  }
  return metadata;
}

}  // namespace buildcache::docker
