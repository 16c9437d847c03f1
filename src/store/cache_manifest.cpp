#include "store/cache_manifest.hpp"

#include "core/base64.hpp"
#include "core/text.hpp"

#include <nlohmann/json.hpp>

#include <charconv>
#include <chrono>
#include <cstdint>
#include <map>
#include <utility>

namespace buildcache::store {

namespace {

using core::ErrorKind;
using core::Result;
using nlohmann::json;

constexpr std::string_view kCacheConfig = "application/vnd.buildkit.cacheconfig.v0";
constexpr const char* kImageManifest = "application/vnd.oci.image.manifest.v1+json";
constexpr const char* kImageIndex = "application/vnd.oci.image.index.v1+json";
constexpr const char* kRevision = "org.opencontainers.image.revision";
constexpr const char* kRefName = "org.opencontainers.image.ref.name";
constexpr const char* kCreated = "org.opencontainers.image.created";
constexpr const char* kTrust = "buildcache.trust";
constexpr const char* kCold = "buildcache.cold-ms";
constexpr std::chrono::milliseconds kLongestBuild = std::chrono::hours(24 * 7);
constexpr std::size_t kMaxImages = 32;
constexpr std::size_t kStampTextLimit = 512;
constexpr std::size_t kDepthLimit = 32;
constexpr std::uint64_t kSizeLimit = std::uint64_t{1} << 50U;  // a sum of sizes must not wrap

tl::unexpected<core::Error> unusable(std::string reason) {
  return core::fail(ErrorKind::bad_response, std::move(reason));
}

const json* member(const json& object, const char* key) {
  const auto found = object.is_object() ? object.find(key) : object.end();
  return found != object.end() ? &*found : nullptr;
}

std::string text_of(const json& object, const char* key) {
  const json* value = member(object, key);
  return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
}

std::string over_limit(std::string_view what, std::uint64_t size) {
  return "its " + std::string(what) + " has " + core::human_size(size) +
         ", BuildKit imports at most 1 MiB";
}

struct Descriptor {
  std::string media_type;
  core::Digest digest;
  std::uint64_t size;
};

Result<Descriptor> read_descriptor(const json& entry) {
  const json* size = member(entry, "size");
  auto digest = core::Digest::parse(text_of(entry, "digest"));
  if (!digest || size == nullptr || !size->is_number_unsigned() ||
      size->get<std::uint64_t>() > kSizeLimit) {
    return unusable("a descriptor in its manifest is broken");
  }
  return Descriptor{text_of(entry, "mediaType"), *std::move(digest), size->get<std::uint64_t>()};
}

Result<std::vector<Descriptor>> read_descriptors(const json* list) {
  std::vector<Descriptor> descriptors;
  if (list == nullptr || !list->is_array()) {
    return unusable("its manifest lists no layers");
  }
  for (const json& entry : *list) {
    auto descriptor = read_descriptor(entry);
    if (!descriptor) {
      return tl::unexpected(descriptor.error());
    }
    descriptors.push_back(*std::move(descriptor));
  }
  return descriptors;
}

// All descriptors of either form; the config is among them.
Result<std::vector<Descriptor>> descriptors_of(const json& document) {
  if (const json* manifests = member(document, "manifests")) {
    return read_descriptors(manifests);
  }
  const json* config = member(document, "config");
  if (config == nullptr) {
    return unusable("it is neither an image manifest nor an index");
  }
  auto descriptors = read_descriptors(member(document, "layers"));
  auto read = read_descriptor(*config);
  if (!descriptors || !read) {
    return descriptors ? tl::unexpected(read.error()) : tl::unexpected(descriptors.error());
  }
  descriptors->push_back(*std::move(read));
  return descriptors;
}

std::string annotation(const json& annotations, const char* key) {
  return core::shortened(core::printable(text_of(annotations, key)), kStampTextLimit);
}

// 0 where it is missing or absurd.
std::chrono::milliseconds cold_of(const json& annotations) {
  const std::string text = text_of(annotations, kCold);
  std::int64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  const bool sound = error == std::errc() && end == text.data() + text.size() && count >= 0 &&
                     count <= kLongestBuild.count();
  return std::chrono::milliseconds(sound ? count : 0);
}

// The trust level tells our stamps from annotations of others.
std::optional<Stamp> stamp_of(const json& document) {
  const json* annotations = member(document, "annotations");
  if (annotations == nullptr || text_of(*annotations, kTrust).empty()) {
    return std::nullopt;
  }
  return Stamp{annotation(*annotations, kRevision),
               annotation(*annotations, kRefName),
               annotation(*annotations, kCreated),
               annotation(*annotations, kTrust),
               cold_of(*annotations)};
}

// Returns where the string that begins at `quote` ends.
std::size_t end_of_string(std::string_view text, std::size_t quote) {
  std::size_t i = quote + 1;
  while (i < text.size() && text[i] != '"') {
    i += text[i] == '\\' ? 2 : 1;
  }
  return i;
}

bool nests_deeper_than_manifests(std::string_view text) {
  std::size_t depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"') {
      i = end_of_string(text, i);
    } else if (c == '[' || c == '{') {
      ++depth;
    } else if ((c == ']' || c == '}') && depth > 0) {
      --depth;
    }
    if (depth > kDepthLimit) {
      return true;
    }
  }
  return false;
}

}  // namespace

Result<CacheManifest> read_cache_manifest(std::string_view bytes) {
  if (bytes.size() > kImportLimit) {
    return unusable(over_limit("manifest", bytes.size()));
  }
  const json document = json::parse(bytes, nullptr, false);
  if (!document.is_object()) {
    return unusable("its manifest is not a JSON object");
  }
  auto descriptors = descriptors_of(document);
  if (!descriptors) {
    return tl::unexpected(descriptors.error());
  }
  std::optional<Descriptor> config;
  std::map<core::Digest, std::uint64_t> sizes;
  for (const Descriptor& descriptor : *descriptors) {
    if (descriptor.media_type == kCacheConfig) {
      config = descriptor;
    } else {
      sizes.emplace(descriptor.digest, descriptor.size);
    }
  }
  if (!config) {
    return unusable("it is an image, not an exported cache");
  }
  if (config->size > kImportLimit) {
    return unusable(over_limit("cache config", config->size));
  }
  const bool index = member(document, "manifests") != nullptr;
  const std::string own_type = text_of(document, "mediaType");
  CacheManifest manifest{own_type.empty() ? (index ? kImageIndex : kImageManifest) : own_type,
                         config->digest,
                         config->size,
                         {},
                         config->size,
                         stamp_of(document)};
  for (const auto& [digest, size] : sizes) {
    manifest.layers.insert(digest);
    manifest.bytes = std::min(manifest.bytes + size, kSizeLimit);
  }
  return manifest;
}

namespace {

bool is_manifest(std::string_view media_type) {
  return media_type == kImageManifest ||
         media_type == "application/vnd.docker.distribution.manifest.v2+json";
}

bool is_image_config(std::string_view media_type) {
  return media_type == "application/vnd.oci.image.config.v1+json" ||
         media_type == "application/vnd.docker.container.image.v1+json";
}

// buildx marks what it says about an image by a platform that is none.
bool is_attestation(const json& entry) {
  const json* platform = member(entry, "platform");
  return platform != nullptr && text_of(*platform, "os") == "unknown";
}

Result<ImageManifest> read_index(const json& document, const json& manifests) {
  if (!manifests.is_array()) {
    return unusable("its manifest lists no images");
  }
  ImageManifest index{text_of(document, "mediaType"), {}, {}, 0, stamp_of(document)};
  for (const json& entry : manifests) {
    const auto descriptor = read_descriptor(entry);
    if (!descriptor) {
      return tl::unexpected(descriptor.error());
    }
    if (!is_manifest(descriptor->media_type)) {
      return unusable("it is neither an image nor a cache");
    }
    if (!is_attestation(entry)) {
      index.images.push_back(descriptor->digest);
    }
  }
  if (index.images.empty() || index.images.size() > kMaxImages) {
    return unusable("it lists no image, or too many");
  }
  return index;
}

Result<ImageManifest> read_image(const json& document) {
  const json* config = member(document, "config");
  if (config == nullptr) {
    return unusable("it is neither an image nor a cache");
  }
  auto descriptor = read_descriptor(*config);
  const auto layers = read_descriptors(member(document, "layers"));
  if (!descriptor || !layers) {
    return tl::unexpected(descriptor ? layers.error() : descriptor.error());
  }
  if (!is_image_config(descriptor->media_type)) {
    return unusable("it is neither an image nor a cache");
  }
  if (descriptor->size > kImportLimit) {
    return unusable(over_limit("image config", descriptor->size));
  }
  ImageManifest image{text_of(document, "mediaType"), {}, {}, descriptor->size, stamp_of(document)};
  std::map<core::Digest, std::uint64_t> sizes;
  for (const Descriptor& layer : *layers) {
    sizes.emplace(layer.digest, layer.size);
  }
  for (const auto& [digest, size] : sizes) {
    image.bytes = std::min(image.bytes + size, kSizeLimit);
  }
  image.config = std::move(descriptor->digest);
  return image;
}

}  // namespace

Result<ImageManifest> read_image_manifest(std::string_view bytes) {
  if (bytes.size() > kImportLimit) {
    return unusable(over_limit("manifest", bytes.size()));
  }
  const json document = json::parse(bytes, nullptr, false);
  if (!document.is_object()) {
    return unusable("its manifest is not a JSON object");
  }
  const json* manifests = member(document, "manifests");
  auto image = manifests != nullptr ? read_index(document, *manifests) : read_image(document);
  if (image && image->media_type.empty()) {
    image->media_type = manifests != nullptr ? kImageIndex : kImageManifest;
  }
  return image;
}

Result<void> check_inline_cache(std::string_view config) {
  const json document = json::parse(config, nullptr, false);
  const std::string cache = text_of(document, "moby.buildkit.cache.v0");
  if (cache.empty()) {
    return unusable("it is an image without an inline cache");
  }
  const auto decoded = core::base64_decoded(cache);
  const json records = json::parse(decoded.value_or(""), nullptr, false);
  if (!records.is_array() || records.empty()) {
    return unusable("its inline cache has no records");
  }
  return {};
}

std::optional<Stamp> stamp_in(std::string_view manifest) {
  return stamp_of(json::parse(manifest, nullptr, false));
}

Result<std::string> stamped(std::string_view manifest, const Stamp& stamp) {
  if (nests_deeper_than_manifests(manifest)) {
    return unusable("its manifest is nested too deep");
  }
  auto document = nlohmann::ordered_json::parse(manifest, nullptr, false);
  if (!document.is_object()) {
    return unusable("its manifest is not a JSON object");
  }
  auto& annotations = document["annotations"];
  if (!annotations.is_object()) {
    annotations = nlohmann::ordered_json::object();
  }
  annotations[kRevision] = core::printable(stamp.revision);
  annotations[kRefName] = core::printable(stamp.ref_name);
  annotations[kCreated] = core::printable(stamp.created);
  annotations[kTrust] = core::printable(stamp.trust);
  annotations.erase(kCold);
  if (stamp.cold.count() > 0) {
    annotations[kCold] = std::to_string(stamp.cold.count());
  }
  return document.dump();
}

}  // namespace buildcache::store
