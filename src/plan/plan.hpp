// Everything that will be done, with reasons, before anything is done. Plain data.
#pragma once

#include "ci/facts.hpp"
#include "config/config.hpp"
#include "core/cache_spec.hpp"
#include "core/notice.hpp"
#include "docker/capabilities.hpp"
#include "dockerfile/cache_mount.hpp"
#include "git/facts.hpp"
#include "plan/candidates.hpp"
#include "plan/trust.hpp"
#include "store/types.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace buildcache::plan {

struct ProbedCandidate {
  Candidate candidate;
  store::Answer answer;  // verdict may have become refused by its stamp
  bool chosen = false;
  std::string passed_over;  // why a usable one was not chosen; empty otherwise
};

// What buildx is told to build; placeholders filled in.
struct Build {
  std::string context;     // path relative to `directory`, or absolute
  std::string dockerfile;  // likewise; empty: buildx's default
  std::string stage;
  std::map<std::string, std::string> args;
  std::vector<std::string> platforms;
  std::vector<std::string> tags;
  std::map<std::string, std::string> labels;
  std::vector<config::BuildSecret> secrets;
  bool no_cache = false;  // buildx --no-cache for the product solve
  // As configured, annotations filled in; `load` and `no_cache` are the two here.
  config::BuildOptions options;
  // Of pushed layers and of the cache alike, so that nothing is compressed twice; never automatic.
  config::Compression compression = config::Compression::gzip;
  bool push = false;
  bool push_plain_http = false;  // the registries of all tags speak http
  bool load = false;  // into the engine's image store, where the builder has none of its own
  std::string push_skipped_why;  // set when a push was asked for and is skipped
  // Named contexts that are images of other targets, in options.contexts as far as they are known
  // before those are built: context -> target.
  std::map<std::string, std::string> target_contexts;
  std::string layout;  // the OCI layout it goes into as well, for those; empty: none
};

// One export of a target, to a staging ref, and the scopes it is then published under.
struct CacheExport {
  std::string platform;  // alone exported; empty: all of the solve's
  store::CacheRef staging;
  core::CacheSpec staging_spec;
  std::string output = "type=cacheonly";  // of the export solve
  std::vector<CacheWrite> writes;
  std::vector<core::CacheSpec>
      specs;           // as if exported to each scope directly, in order of `writes`
  store::Stamp stamp;  // `created` is filled in when publishing
};

// A cache mount that outlives the builder.
struct MountPlan {
  dockerfile::CacheMount mount;
  config::MountRule rule;
  std::string why_not;                   // it is left alone, and why; empty: it is carried
  std::vector<store::CacheRef> restore;  // where generations may be, the best first
  std::vector<store::CacheRef> save;     // where the new one goes; empty: nowhere
  std::string no_save_why;               // then, why
  store::Stamp stamp = {};               // `created` is filled in when it is saved
};

struct TargetPlan {
  std::string name;
  std::vector<std::string> needs;
  Build build;
  std::vector<ProbedCandidate> candidates;
  std::vector<SilentRule> silent_rules;     // words that proposed none of them, and why
  std::vector<std::size_t> chosen;          // indices into candidates, in order of preference
  std::vector<core::CacheSpec> cache_from;  // of the chosen
  std::vector<CacheExport> exports;         // one, or one a platform; empty: nothing is written
  std::string no_export_why;                // then, why
  std::vector<MountPlan> mounts;            // each identity once, in order of first use
};

// Returns the --cache-to values of all scopes, as if each were exported to directly.
inline std::vector<core::CacheSpec> cache_to_of(const TargetPlan& target) {
  std::vector<core::CacheSpec> specs;
  for (const CacheExport& one : target.exports) {
    for (const core::CacheSpec& spec : one.specs) {
      // An inline cache is one, whatever it is published as.
      if (std::ranges::find(specs, spec) == specs.end()) {
        specs.push_back(spec);
      }
    }
  }
  return specs;
}

struct BuilderChoice {
  std::string name;     // for --builder; empty: buildx's current one
  std::string driver;   // for people
  bool create = false;  // a docker-container builder is to be made though nobody asked for one
};

struct Plan {
  ci::Facts ci;
  git::Facts git;
  std::string branch;          // branch_of()
  std::string default_branch;  // default_branch_of()
  Trust trust;
  std::string directory;  // relative build paths start here
  docker::Capabilities capabilities;
  BuilderChoice builder;
  config::Timeouts timeouts;
  std::vector<TargetPlan> targets;    // every target after those it needs
  std::vector<core::Notice> notices;  // everybody's: those of config, ci and git first
};

}  // namespace buildcache::plan
