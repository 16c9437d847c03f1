#include "store/object_manifest.hpp"

#include "store/cache_manifest.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <string>

namespace buildcache::store {

namespace {

using core::ErrorKind;
using core::Result;
using nlohmann::json;

constexpr std::uint64_t kSizeLimit = std::uint64_t{1} << 50U;  // a sum of sizes must not wrap

tl::unexpected<core::Error> unusable(std::string reason) {
  return core::fail(ErrorKind::bad_response, std::move(reason));
}

const json* member(const json& object, const char* key) {
  const auto found = object.is_object() ? object.find(key) : object.end();
  return found != object.end() ? &*found : nullptr;
}

Result<core::Digest> digest_in(const json& object, const char* key) {
  const json* text = member(object, key);
  return core::Digest::parse(
      text != nullptr && text->is_string() ? text->get_ref<const std::string&>() : "");
}

// Adds a layer's digest and size; BuildKit refuses layers without annotations and diffID.
Result<void> add_layer(const json& layer, std::map<core::Digest, std::uint64_t>& sizes) {
  auto blob = digest_in(layer, "blob");
  const json* annotations = member(layer, "annotations");
  if (!blob || annotations == nullptr || !digest_in(*annotations, "diffID")) {
    return unusable("a layer in it does not say what BuildKit must know to fetch it");
  }
  const json* size = member(*annotations, "size");
  const bool stated = size != nullptr && size->is_number_unsigned();
  sizes.emplace(*std::move(blob), stated ? std::min(size->get<std::uint64_t>(), kSizeLimit) : 0);
  return {};
}

}  // namespace

Result<ObjectManifest> read_object_manifest(std::string_view bytes) {
  const json document = json::parse(bytes, nullptr, false);
  if (!document.is_object()) {
    return unusable("it is not a JSON object");
  }
  std::map<core::Digest, std::uint64_t> sizes;
  const json* layers = member(document, "layers");
  for (const json& layer : layers != nullptr && layers->is_array() ? *layers : json::array()) {
    if (auto added = add_layer(layer, sizes); !added) {
      return tl::unexpected(added.error());
    }
  }
  ObjectManifest manifest;
  std::set<core::Digest> listed;
  for (const auto& [digest, size] : sizes) {
    listed.insert(digest);
    manifest.bytes = std::min(manifest.bytes + size, kSizeLimit);
  }
  if (auto checked = check_cache_config(bytes, listed); !checked) {
    return tl::unexpected(checked.error());
  }
  manifest.stamp = stamp_in(bytes);
  return manifest;
}

}  // namespace buildcache::store
