#include "mounts/generation.hpp"

#include "core/text.hpp"
#include "mounts/index_codec.hpp"

#include <nlohmann/json.hpp>

#include <charconv>

namespace buildcache::mounts {

namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr const char* kConfigType = "application/vnd.oci.image.config.v1+json";
constexpr const char* kLayerType = "application/vnd.oci.image.layer.v1.tar+zstd";
constexpr const char* kVersion = "buildcache.mount";
constexpr const char* kIdentity = "buildcache.mount.identity";
constexpr const char* kContent = "buildcache.mount.content";
constexpr const char* kEntries = "buildcache.mount.entries";
constexpr const char* kTag = "buildcache.mount.tag";
constexpr const char* kParent = "buildcache.mount.parent";
constexpr std::size_t kMostLayers = 4096;

ordered_json descriptor(const char* type, const core::Digest& digest, std::uint64_t size) {
  return {{"mediaType", type}, {"digest", digest.str()}, {"size", size}};
}

std::uint64_t number_in(const json& annotations, const char* key) {
  const auto text = annotations.value(key, std::string());
  std::uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

core::Digest digest_in(const json& value) {
  const auto digest = core::Digest::parse(value.get<std::string>());
  if (!digest) {
    throw std::invalid_argument(digest.error().message);
  }
  return *digest;
}

Generation generation_in(const json& document) {
  const json& annotations = document.at("annotations");
  const json& layers = document.at("layers");
  if (annotations.at(kVersion) != "1" || layers.empty() || layers.size() > kMostLayers) {
    throw std::invalid_argument("it is of another version, or has no index");
  }
  Generation generation{digest_in(layers[0].at("digest")),
                        layers[0].at("size").get<std::uint64_t>(),
                        0,
                        {},
                        0,
                        0,
                        annotations.value(kTag, std::string()),
                        {}};
  if (generation.index_bytes > kMostIndexBytes) {
    throw std::invalid_argument("its index is too large");
  }
  for (std::size_t i = 1; i < layers.size(); ++i) {
    generation.pack_bytes += layers[i].at("size").get<std::uint64_t>();
  }
  generation.identity = core::printable(annotations.value(kIdentity, std::string()));
  generation.content = number_in(annotations, kContent);
  generation.entries = number_in(annotations, kEntries);
  if (annotations.contains(kParent)) {
    generation.parent = digest_in(annotations.at(kParent));
  }
  return generation;
}

}  // namespace

std::string_view config_blob() {
  return R"({"architecture":"unknown","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":[]}})";
}

std::string manifest_of(const Index& index, std::string_view index_blob, const Origin& origin) {
  ordered_json layers = ordered_json::array();
  layers.push_back(descriptor(kLayerType, core::Digest::of(index_blob), index_blob.size()));
  for (const Pack& pack : index.packs) {
    layers.push_back(descriptor(kLayerType, pack.digest, pack.size));
  }
  ordered_json annotations = {{kVersion, "1"},
                              {kIdentity, core::printable(origin.identity)},
                              {kTag, origin.tag},
                              {kContent, std::to_string(content_bytes(index))},
                              {kEntries, std::to_string(index.entries.size())}};
  if (origin.parent) {
    annotations[kParent] = origin.parent->str();
  }
  const ordered_json document = {
      {"schemaVersion", 2},
      {"mediaType", kManifestType},
      {"config", descriptor(kConfigType, core::Digest::of(config_blob()), config_blob().size())},
      {"layers", std::move(layers)},
      {"annotations", std::move(annotations)}};
  return document.dump();
}

core::Result<Generation> read_generation(std::string_view manifest) {
  try {
    return generation_in(json::parse(manifest));
  } catch (const std::exception& error) {
    return core::fail(core::ErrorKind::bad_response,
                      std::string("this is no cache mount: ") + core::printable(error.what()));
  }
}

}  // namespace buildcache::mounts
