// What .buildcache.yml says, checked and with every default filled in. Plain data.
#pragma once

#include "core/error.hpp"
#include "core/image_ref.hpp"
#include "core/notice.hpp"
#include "core/secret.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace buildcache::config {

// automatic: buildx's current builder, or one made for the run where that cannot export caches.
enum class Driver { automatic, docker, docker_container, kubernetes, remote };

// One BuildKit of a builder that has several; its fields mean what the builder's own mean.
struct BuilderNode {
  std::string endpoint;
  std::vector<std::string> platforms;
  std::map<std::string, std::string> driver_opts;  // besides the builder's, and before them
};

struct Builder {
  Driver driver = Driver::automatic;
  std::string use;  // name of an existing builder; excludes a driver
  // remote: "tcp://host:port" or "unix:///path" of BuildKit; docker-container: such an address of a
  // Docker engine, or a context's name; kubernetes: a context's name. Empty: the current one.
  std::string endpoint;
  std::map<std::string, std::string> driver_opts;
  std::vector<std::string> platforms;   // empty: as BuildKit finds out
  std::string buildkitd_config;         // path, from the configuration's directory; may be empty
  std::string buildkitd_config_inline;  // its text instead; may be empty
  bool keep_state = false;              // docker-container: its volume outlives the run
  std::vector<BuilderNode> nodes;       // empty: one, which the fields above describe
};

// A file a password stands in, and where the configuration names it.
struct PasswordFile {
  std::string path;  // empty: none
  core::Position position;
};

// Without username and password: the host's settings alone, no login.
struct RegistryLogin {
  std::string host;  // as in image references: "ghcr.io", "localhost:5000", "docker.io"
  std::string username;
  core::Secret password;
  std::string password_variable;  // the environment variable it came from; empty: none
  PasswordFile password_file;     // what read_password_files() reads `password` from
  bool plain_http = false;        // http instead of https; loopback hosts need not ask
};

// in_image: "inline", a cache inside an image that is pushed for its sake.
enum class StoreKind { registry, in_image, local, gha, s3, azblob };

// The kinds of caches a build may write; `name` is read only.
enum class WriteScope { commit, branch, pr };

// The trust levels of a build (docs/trust.md).
enum class TrustLevel { protected_branch, merge_queue, branch, pull_request, tag, fork };

enum class ExportMode { max, min };
enum class Compression { automatic, zstd, gzip, uncompressed };

// One entry of `fallback`, as written: a rule word, "name:X", or a literal reference.
enum class RuleKind { commit, pr, branch, merge_base, base, default_branch, name, literal };
struct FallbackRule {
  RuleKind kind = RuleKind::commit;
  std::string argument;  // X of name:X, the literal reference; else empty
  std::string word;      // as the user wrote it
};

struct Timeouts {
  std::chrono::milliseconds probe{10'000};
  std::chrono::milliseconds import{60'000};
  std::chrono::milliseconds export_{600'000};  // NOLINT(readability-identifier-naming): keyword
};

// A bucket of S3, or of a server that speaks like it. Credentials come from the environment.
struct S3 {
  std::string bucket;
  std::string region;
  std::string endpoint;     // URL without a path; empty: Amazon's of the region
  bool path_style = false;  // the bucket in the path instead of the host's name
  std::string prefix;       // folder of the caches, without slashes at its ends; may be empty
  bool operator==(const S3&) const = default;
};

// A container of Azure Blob Storage. Credentials come from the environment.
struct Azblob {
  std::string account_url;  // without a final slash; an emulator's ends with the account
  std::string container = "buildkit-cache";
  std::string prefix;
  bool operator==(const Azblob&) const = default;
};

struct Cache {
  StoreKind store = StoreKind::local;
  std::optional<core::Repository> repository;  // registry and inline store
  std::string path;  // local store: directory; empty: $XDG_CACHE_HOME/buildcache
  S3 s3;
  Azblob azblob;
  std::vector<FallbackRule> fallback;
  int lookback = 50;  // commits
  int max_sources = 3;
  std::map<TrustLevel, std::vector<WriteScope>> write;
  ExportMode mode = ExportMode::max;
  Compression compression = Compression::automatic;
  Timeouts timeout;
};

// false | true | always. `trusted` skips the push, and says so, in the context of a fork.
enum class Push { never, trusted, always };

// Where a build secret comes from; exactly one of the two is set.
struct BuildSecret {
  std::string id;
  std::string env;   // name of an environment variable
  std::string file;  // path
};

// Begins a named context that is the image of another target: "target:base".
constexpr std::string_view kTargetContext = "target:";

// What `docker buildx build` takes besides, under its own names.
struct BuildOptions {
  std::map<std::string, std::string> annotations;  // values may hold {placeholders}
  std::vector<std::string> outputs;                // "type=local,dest=out"
  bool load = false;
  std::vector<std::string> ssh;  // "default", "id=path"
  // By name: path, URL, "docker-image://…", …, or kTargetContext and a target, which is needed
  // then.
  std::map<std::string, std::string> contexts;
  std::string network;  // "none", "host", "default"; empty: buildx's default
  bool pull = false;
  bool no_cache = false;
  std::vector<std::string> no_cache_filter;  // stages
  std::string provenance;  // "true", "false", "mode=max", …; empty: buildx's default
  std::string sbom;        // likewise
  std::string shm_size;    // "128m"
  std::map<std::string, std::string> ulimits;    // "nofile" -> "1024:2048"
  std::map<std::string, std::string> add_hosts;  // host -> address
  std::string cgroup_parent;
  std::vector<std::string> allow;  // entitlements
};

// When a cache mount is saved: after a build that used it, after any build, or not at all.
enum class SaveMount { changed, always, never };

// One entry of `mounts`, or what `auto` stands for.
struct MountRule {
  std::string id;                    // as the Dockerfile has it, or its target; empty: every mount
  std::vector<std::string> exclude;  // shell patterns
  std::uint64_t max_size = 0;        // bytes of all files; 0: no limit
  SaveMount save = SaveMount::changed;
};

struct Target {
  std::string name;
  std::string context = ".";
  std::string dockerfile;  // relative to the configuration's directory; empty: <context>/Dockerfile
  std::string target;      // stage; empty: the last
  std::map<std::string, std::string> args;    // values may hold {placeholders}
  std::vector<std::string> platforms;         // empty: the builder's own
  std::vector<std::string> tags;              // may hold {placeholders}
  std::map<std::string, std::string> labels;  // values may hold {placeholders}
  std::vector<std::string> needs;             // names of targets to build first
  std::vector<BuildSecret> secrets;
  Push push = Push::never;
  std::vector<MountRule> mounts;  // which cache mounts outlive the builder; empty: none
  BuildOptions options;
};

// How much the CI platform's job summary tells. on_miss: all, but only of a run with a step that
// was not cached, a target that was not built, or a warning.
enum class SummaryMode { full, compact, on_miss, off };

struct Config {
  std::string file;       // path of the file read; empty when there was none
  std::string directory;  // what relative paths in it are relative to
  Builder builder;
  std::vector<RegistryLogin> registries;
  Cache cache;
  SummaryMode summary = SummaryMode::full;
  std::vector<Target> targets;        // in the order of the file; names are unique
  std::vector<core::Notice> notices;  // decisions a person should know of
};

// The words of configuration and reports: "protected", "merge-queue", …
std::string_view word_of(TrustLevel level);
std::string_view word_of(WriteScope scope);
std::string_view word_of(Driver driver);
std::string_view word_of(StoreKind store);
std::string_view word_of(Compression compression);

}  // namespace buildcache::config
