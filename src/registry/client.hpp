// One registry, over the OCI distribution API (distribution-spec 1.1).
#pragma once

#include "core/digest.hpp"
#include "core/image_ref.hpp"
#include "core/result.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace buildcache::registry {

struct Manifest {
  std::string media_type;
  std::string bytes;    // exactly as the registry sent them
  core::Digest digest;  // verified against the bytes
};

struct Head {
  std::string media_type;
  std::optional<core::Digest> digest;  // some registries leave it out
  std::uint64_t size = 0;
};

// How long a call may take, and what ends it early.
struct Limits {
  std::chrono::milliseconds timeout{30'000};
  std::stop_token stop;
};

// Thread-safe. `reference` is a tag or a digest.
// Errors of every call: unauthorized (401 after authentication), forbidden (403), not_found (404),
// unavailable (network, 429, 5xx), untrusted (certificates), timed_out, bad_response (broken JSON,
// wrong digest, too large), cancelled. Messages carry the registry's own words, printable, and
// never credentials.
class Client {
 public:
  Client() = default;
  Client(const Client&) = delete;  // used by reference
  Client& operator=(const Client&) = delete;
  virtual ~Client() = default;

  // Returns nullopt when the registry has no such manifest.
  virtual core::Result<std::optional<Head>> head_manifest(const core::Repository& repository,
                                                          const std::string& reference,
                                                          const Limits& limits) = 0;
  // At most 4 MiB.
  virtual core::Result<Manifest> get_manifest(const core::Repository& repository,
                                              const std::string& reference,
                                              const Limits& limits) = 0;
  // Returns the digest of what was put. Errors also: not_found, when the registry misses a blob the
  // manifest names (MANIFEST_BLOB_UNKNOWN).
  virtual core::Result<core::Digest> put_manifest(const core::Repository& repository,
                                                  const std::string& tag,
                                                  const Manifest& manifest,
                                                  const Limits& limits) = 0;
  // Returns the blob's verified bytes.
  virtual core::Result<std::string> get_blob(const core::Repository& repository,
                                             const core::Digest& digest,
                                             std::size_t max_bytes,
                                             const Limits& limits) = 0;
  // Returns whether the repository has the blob.
  virtual core::Result<bool> has_blob(const core::Repository& repository,
                                      const core::Digest& digest,
                                      const Limits& limits) = 0;
  // Uploads a blob in one piece (distribution-spec, "POST then PUT"). What may pass later is tried
  // again within the limits, each time as a new upload. Errors also: too large for the registry
  // (bad_response, naming the size).
  virtual core::Result<void> put_blob(const core::Repository& repository,
                                      const core::Digest& digest,
                                      std::string_view bytes,
                                      const Limits& limits) = 0;
  // Returns all tags, following `Link` pages on the same host, at most `max_tags`.
  virtual core::Result<std::vector<std::string>> list_tags(const core::Repository& repository,
                                                           std::size_t max_tags,
                                                           const Limits& limits) = 0;
  // Removes a tag alone, never a manifest other tags share. Returns false when the registry cannot.
  virtual core::Result<bool> delete_tag(const core::Repository& repository,
                                        const std::string& tag,
                                        const Limits& limits) = 0;
  // Removes a manifest, and with it every tag that names it: for manifests that are nobody else's.
  // Returns false when it is not there, or the registry cannot.
  virtual core::Result<bool> delete_manifest(const core::Repository& repository,
                                             const core::Digest& digest,
                                             const Limits& limits) = 0;
};

}  // namespace buildcache::registry
