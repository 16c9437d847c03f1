// What one run of `docker buildx build` did. Plain data.
#pragma once

#include "core/digest.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace buildcache::docker {

// A Dockerfile instruction (or another vertex of the solve) as BuildKit reports it.
struct Step {
  std::string digest;     // of the vertex
  std::string name;       // "[builder 3/5] RUN make", printable
  std::string stage;      // "builder"; empty when the name tells none
  bool internal = false;  // "[internal] …", exporting, importing: not a user's step
  bool base = false;      // FROM: an image is resolved, nothing runs; not counted as a step
  bool cached = false;
  bool started = false;
  bool completed = false;
  std::chrono::milliseconds duration{0};  // running time, 0 when cached
  std::string error;                      // BuildKit's words when it failed
  std::string
      lost;  // BuildKit's words when a cache had it but not its layers, and it ran after all
};

// An import of one of our --cache-from values.
struct ImportOutcome {
  std::string ref;  // as in the value
  bool ok = false;
  std::string error;
  std::chrono::milliseconds duration{0};
};

// Why a solve failed; decides whether it may be run again (DESIGN: never make it worse).
enum class Failure {
  none,
  user_step,  // an instruction of the user's Dockerfile, or the Dockerfile itself
  import,     // a cache we passed: blob gone, refused, or the watchdog ended a hanging import
  export_,    // writing the cache NOLINT(readability-identifier-naming)
  push,       // pushing the product
  login,      // authentication for a pull or push of the product
  engine,     // builder or daemon gone, buildx unable to start
  cancelled,
};

struct SolveResult {
  int exit_code = 0;
  Failure failure = Failure::none;
  std::string message;        // the failure in BuildKit's or the registry's own words, printable
  std::string failed_import;  // with Failure::import: the ref to leave out; empty: all of ours
  std::vector<Step> steps;    // in the order BuildKit named them
  std::vector<ImportOutcome> imports;
  std::vector<std::string> build_warnings;
  std::chrono::milliseconds wall{0};
  std::chrono::milliseconds exporting{0};  // cache export, as its vertices report
  std::chrono::milliseconds pushing{0};    // exporting and pushing the image
  std::string image_digest;                // containerimage.digest; empty when nothing was made
  std::string image_id;                    // containerimage.config.digest
  std::string metadata;  // the metadata file's JSON text; empty when there was none
  std::optional<core::Digest> cache_manifest;  // of the exported cache, when the metadata tells

  // User's steps alone: those not internal, without FROM. A step that was never started because
  // nothing needed it counts as not cached.
  [[nodiscard]] int total_steps() const;
  [[nodiscard]] int cached_steps() const;
};

std::string_view word_of(Failure failure);

}  // namespace buildcache::docker
