// What a run did, target by target. Plain data; filled by commands/, told by report/.
#pragma once

#include "core/notice.hpp"
#include "docker/build_result.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace buildcache::report {

enum class Status {
  built,
  failed,
  skipped,    // a target it needs failed
  cancelled,  // SIGINT, SIGTERM, or never started because of them
};

// A scope the cache was published under, or was to be.
struct Publication {
  std::string scope;   // "commit", "branch", "pr"
  std::string ref;     // as store::display()
  std::string digest;  // of the stamped manifest; empty when it failed
  std::string error;   // empty when it worked
};

// A solve that failed through a cache of ours and was run once more without it.
struct Rerun {
  std::string without;  // the ref left out; "all caches" when it cannot be told
  std::string why;
};

// One of the two things that happen to a cache mount.
struct MountStep {
  std::string outcome;  // "restored", "kept", "absent", "saved", "untouched", … ; empty: nothing
  std::string why;      // for people: what failed, or why nothing was done
  std::uint64_t entries = 0;
  std::uint64_t content = 0;  // bytes of all files
  std::uint64_t moved = 0;    // bytes that came from the store, or went there
  std::uint64_t left_out =
      0;  // entries that were not saved: excluded, changing, or sockets and such
  std::chrono::milliseconds took{0};
  bool direct = false;  // between builder and store; else through the client
  bool failed = false;
};

struct MountResult {
  std::string id;  // as in the Dockerfile
  MountStep restore;
  MountStep save;
};

struct TargetResult {
  std::string name;
  Status status = Status::skipped;
  std::string message;  // why it failed, was skipped or cancelled, in the engine's own words
  docker::SolveResult product;  // of the last attempt
  std::vector<Rerun> reruns;
  std::optional<docker::SolveResult> cache_export;  // nullopt: there was no export solve
  std::string export_note;                          // why there was none, or why it failed
  bool export_failed = false;
  std::vector<Publication> publications;
  bool pushed = false;
  std::vector<MountResult> mounts;
};

struct RunResult {
  std::vector<TargetResult> targets;  // in the plan's order
  std::vector<core::Notice> notices;  // of the run; the plan has its own
  // Seconds by phase: "plan", "builder", "mounts restored", "build", "cache export", "mounts saved"
  // (beside the export). Phases of targets built side by side are summed.
  std::vector<std::pair<std::string, std::chrono::milliseconds>> phases;
  std::chrono::milliseconds wall{0};
};

std::string_view word_of(Status status);

}  // namespace buildcache::report
