// A generation of a mount as an OCI image manifest: layer 0 is the index, the others are packs.
// Pure.
//
// Registries are particular about media types (GitLab and Quay allow-list them), so the manifest is
// that of an ordinary image; layers claim to be zstd-compressed, which packs are. It cannot be run,
// and the annotation `buildcache.mount` says what it is instead.
#pragma once

#include "core/digest.hpp"
#include "core/result.hpp"
#include "mounts/index.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace buildcache::mounts {

inline constexpr const char* kManifestType = "application/vnd.oci.image.manifest.v1+json";

struct Generation {
  core::Digest index;
  std::uint64_t index_bytes = 0;
  std::uint64_t pack_bytes = 0;
  std::string identity;  // for people: "/root/.cargo/registry"
  std::uint64_t content = 0;
  std::uint64_t entries = 0;
  std::string tag;                     // it was published under: no other has this manifest
  std::optional<core::Digest> parent;  // manifest of the generation it replaced there
};

// What a generation is, besides its content.
struct Origin {
  std::string identity;
  std::string tag;
  std::optional<core::Digest> parent = {};
};

// The image's config, the same for all.
std::string_view config_blob();

// `index_blob` is the encoded `index`.
std::string manifest_of(const Index& index, std::string_view index_blob, const Origin& origin);

// Errors: bad_response (no generation of this version, broken, too many layers).
core::Result<Generation> read_generation(std::string_view manifest);

}  // namespace buildcache::mounts
