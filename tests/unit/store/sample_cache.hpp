// A cache as BuildKit exports it, for tests of stores.
#pragma once

#include "core/digest.hpp"

#include <string>

namespace buildcache::store {

inline const std::string kLayer = "layer one";
inline const std::string kOtherLayer = "layer two, longer";

inline std::string sample_config() {
  return R"({"layers":[{"blob":")" + core::Digest::of(kLayer).str() +
         R"(","parent":-1},{"blob":")" + core::Digest::of(kOtherLayer).str() +
         R"("}],"records":[{"digest":"sha256:a","layers":)" +
         R"([{"layer":0,"createdAt":"2026-01-01T00:00:00Z"}]},{"digest":"sha256:b","inputs":)" +
         R"([[{"link":0}]],"layers":[{"layer":1}]}]})";
}

inline std::string descriptor(const std::string& media_type, const std::string& bytes) {
  return R"({"mediaType":")" + media_type + R"(","digest":")" + core::Digest::of(bytes).str() +
         R"(","size":)" + std::to_string(bytes.size()) + "}";
}

inline std::string sample_layers() {
  const std::string type = "application/vnd.oci.image.layer.v1.tar+zstd";
  return descriptor(type, kLayer) + "," + descriptor(type, kOtherLayer) + "," +
         descriptor(type, kLayer);
}

// A layer stands in it twice, as BuildKit writes them.
inline std::string sample_manifest(const std::string& config = sample_config()) {
  return R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":)" +
         descriptor("application/vnd.buildkit.cacheconfig.v0", config) + R"(,"layers":[)" +
         sample_layers() + "]}";
}

// The older form: an index.
inline std::string sample_index() {
  return R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[)" +
         sample_layers() + "," +
         descriptor("application/vnd.buildkit.cacheconfig.v0", sample_config()) + "]}";
}

// A layer of a store of objects: what a registry's manifest says stands in the config.
inline std::string object_layer(const std::string& bytes, const std::string& parent) {
  return R"({"blob":")" + core::Digest::of(bytes).str() + '"' + parent +
         R"(,"annotations":{"mediaType":"application/vnd.oci.image.layer.v1.tar+zstd","diffID":")" +
         core::Digest::of("unpacked " + bytes).str() + R"(","size":)" +
         std::to_string(bytes.size()) + "}}";
}

// The same cache in a store of objects (gha, s3, azblob).
inline std::string sample_object() {
  return R"({"layers":[)" + object_layer(kLayer, R"(,"parent":-1)") + "," +
         object_layer(kOtherLayer, "") +
         R"(],"records":[{"digest":"sha256:a","layers":[{"layer":0}]},)" +
         R"({"digest":"sha256:b","inputs":[[{"link":0}]],"layers":[{"layer":1}]}]})";
}

}  // namespace buildcache::store
