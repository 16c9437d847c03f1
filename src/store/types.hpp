// Where caches live and what a store answers about one. Plain data.
#pragma once

#include "config/config.hpp"
#include "core/digest.hpp"
#include "core/image_ref.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace buildcache::store {

// A place that holds many caches under tags.
struct Location {
  config::StoreKind kind = config::StoreKind::registry;
  core::Repository repository;  // registry and inline store
  std::string directory;        // local store: absolute path; docs in store/local_layout.hpp
  config::S3 s3 = {};           // s3 store
  config::Azblob azblob = {};   // azblob store
  bool plain_http = false;      // registry: BuildKit has to be told that it speaks http
  bool operator==(const Location&) const = default;
};

// One cache: a location and a tag in it; pinned when its digest is known.
struct CacheRef {
  Location location;
  std::string tag;
  std::optional<core::Digest> digest;
  bool operator==(const CacheRef&) const = default;
};

// What probing found out. 401, 403, 404 and silence are four different verdicts.
enum class Verdict {
  found,         // exists; after inspection: and can be imported
  absent,        // 404
  unauthorized,  // 401: no or wrong credentials
  forbidden,     // 403
  unusable,      // exists, but BuildKit would refuse or misread it
  refused,       // exists, but this build's trust level must not read it
  timed_out,     // no answer within the deadline
  unreachable,   // the network, 429 or 5xx to the end
  unknown,       // the store cannot be asked
  skipped,       // not asked: an earlier candidate sufficed, or probing was off
};

std::string_view word_of(Verdict verdict);

// What we wrote beside a cache when publishing it. It records, it does not prove.
struct Stamp {
  std::string revision;  // org.opencontainers.image.revision: commit id
  std::string ref_name;  // org.opencontainers.image.ref.name: branch, tag or change
  std::string created;   // org.opencontainers.image.created: RFC 3339, UTC
  std::string trust;     // buildcache.trust: word of the TrustLevel
  // buildcache.cold-ms: how long the target takes without any cache, as last seen; 0: not known.
  std::chrono::milliseconds cold{0};
  bool operator==(const Stamp&) const = default;
};

struct Answer {
  Verdict verdict = Verdict::skipped;
  std::string reason;  // for people, printable: "404 from ghcr.io", "config is 1.3 MiB, BuildKit …"
  std::optional<core::Digest> digest;  // of the manifest, when found
  std::optional<Stamp> stamp;          // after inspection, when it carries one
  bool inspected = false;              // manifest and cache config were read
  std::uint64_t bytes = 0;             // after inspection: size of all its blobs
  std::chrono::milliseconds took{0};
};

}  // namespace buildcache::store
